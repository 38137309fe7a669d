/** An answer `ok: false` of the Bot API: HTTP status and `error_code` are the same number. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: number;
  /** Seconds, for 429. */
  readonly retryAfter: number | undefined;
  constructor(code: number, description: string, retryAfter?: number) {
    super(description);
    this.code = code;
    this.retryAfter = retryAfter;
  }

  toBody(): { ok: false; error_code: number; description: string; parameters?: { retry_after: number } } {
    return {
      ok: false,
      error_code: this.code,
      description: this.message,
      ...(this.retryAfter === undefined ? {} : { parameters: { retry_after: this.retryAfter } }),
    };
  }
}

export const badRequest = (what: string): ApiError => new ApiError(400, `Bad Request: ${what}`);
export const tooManyRequests = (seconds: number): ApiError =>
  new ApiError(429, `Too Many Requests: retry after ${seconds}`, seconds);
