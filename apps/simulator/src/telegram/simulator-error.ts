/** A request to the control side that cannot be done: what is wrong, with the HTTP status that says so. */
export class SimulatorError extends Error {
  override readonly name = 'SimulatorError';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
