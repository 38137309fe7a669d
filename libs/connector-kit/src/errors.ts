import type { FailureKind } from '#libs/contracts';

export interface ConnectorErrorInit {
  /** Decides what happens next. */
  kind: Exclude<FailureKind, 'expired'>;
  /** `no`: the provider certainly did not take it. `unknown`: it may have; it is then never sent again. */
  delivered: 'no' | 'unknown';
  retryAfterMs?: number;
  /** `rate_limited`: who has to slow down. `chat` only where the provider tells that nobody else does. Default `account`. */
  scope?: 'account' | 'chat';
  /** The provider's own code. */
  code?: string;
  /** One sentence for the operator, without secrets. */
  reason: string;
}

/** A provider call did not succeed. Retry is decided by `kind` and `delivered`, never by the text. */
export class ConnectorError extends Error {
  override readonly name = 'ConnectorError';
  readonly kind: ConnectorErrorInit['kind'];
  readonly delivered: 'no' | 'unknown';
  readonly retryAfterMs: number | undefined;
  readonly scope: 'account' | 'chat';
  readonly code: string | undefined;

  constructor(init: ConnectorErrorInit) {
    super(init.reason);
    this.kind = init.kind;
    this.delivered = init.delivered;
    this.retryAfterMs = init.retryAfterMs;
    this.scope = init.scope ?? 'account';
    this.code = init.code;
  }

  get reason(): string {
    return this.message;
  }
}

/** The request was not made by the provider: 401, and nothing is stored. */
export class SignatureError extends Error {
  override readonly name = 'SignatureError';
}

/** The request is no message of the provider at all: 400. */
export class MalformedError extends Error {
  override readonly name = 'MalformedError';
}
