/** Bounds of the push sockets, in milliseconds and bytes. */
export interface PushLimits {
  /** A ping goes out this often; a socket that did not answer the last one is dropped. */
  heartbeatMs: number;
  /** How often it is written down which agents were heard of; with `heartbeatMs` well below what makes an agent offline. */
  signsMs: number;
  /** How often an idle socket's session is looked up again. */
  recheckMs: number;
  /** More unsent bytes than this and the client is closed; it resumes through /api/changes. */
  maxBufferedBytes: number;
  perAgent: number;
  total: number;
  /** Events of one conversation within this time become one push. */
  coalesceMs: number;
}

export const PUSH_LIMITS: PushLimits = {
  heartbeatMs: 25_000,
  signsMs: 10_000,
  recheckMs: 30_000,
  maxBufferedBytes: 1_048_576,
  perAgent: 20,
  total: 5_000,
  coalesceMs: 15,
};
