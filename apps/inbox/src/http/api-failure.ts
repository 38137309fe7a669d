import type { ApiError, FindingView } from '#libs/contracts';

export type FailureCode =
  'invalid' | 'unauthenticated' | 'forbidden' | 'not_found' | 'blocked' | 'conflict' | 'unavailable' | 'throttled';

interface Extra {
  fields?: { path: string; expected: string }[];
  findings?: FindingView[];
  headers?: Readonly<Record<string, string>>;
  /** Where the code has another status than its usual one. */
  status?: number;
}

const STATUS: Record<FailureCode, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  blocked: 422,
  conflict: 409,
  unavailable: 503,
  throttled: 429,
};

/** A request that is answered with an error in the API's one shape. `message` is read by a person. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ApiError;

  constructor(code: FailureCode, message: string, extra: Extra = {}) {
    super(message);
    const { fields, findings, headers = {}, status = STATUS[code] } = extra;
    this.status = status;
    this.headers = headers;
    this.body = { error: { code, message, ...(fields ? { fields } : {}), ...(findings ? { findings } : {}) } };
  }
}

export const notFound = (what: string): ApiFailure => new ApiFailure('not_found', `There is no such ${what}.`);

export const invalidField = (path: string, expected: string): ApiFailure =>
  new ApiFailure('invalid', `${path}: ${expected}.`, { fields: [{ path, expected }] });
