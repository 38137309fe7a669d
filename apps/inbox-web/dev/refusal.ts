/** An error answer in the contract's shape. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly findings: unknown[] | undefined;
  constructor(status: number, code: string, message: string, findings?: unknown[]) {
    super(message);
    this.status = status;
    this.code = code;
    this.findings = findings;
  }
}
