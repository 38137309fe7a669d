import type { Clock } from '#libs/contracts';

export interface BreakerOptions {
  /** Calls looked back on. Default 20. */
  window?: number;
  /** Fewer calls than this never open it. Default 4. */
  atLeast?: number;
  /** Share of failures that opens it. Default 0.5. */
  failures?: number;
  /** Milliseconds until one call is let through as a probe. Default 15 000. */
  halfOpenAfterMs?: number;
}

/** Keeps a failing engine from costing its timeout on every message. */
export class Breaker {
  readonly #clock: Clock;
  readonly #options: Required<BreakerOptions>;
  #outcomes: boolean[] = [];
  #openedAt: number | undefined;
  #probing = false;
  #since: number;
  #detail: string | undefined;

  constructor(clock: Clock, options: BreakerOptions = {}) {
    this.#clock = clock;
    this.#options = { window: 20, atLeast: 4, failures: 0.5, halfOpenAfterMs: 15_000, ...options };
    this.#since = clock.now();
  }

  /** Whether a call may be made now. Half open, exactly one caller gets a yes until it reports. */
  admits(): boolean {
    if (this.#openedAt === undefined) return true;
    if (this.#probing || this.#clock.now() - this.#openedAt < this.#options.halfOpenAfterMs) return false;
    this.#probing = true;
    return true;
  }

  succeeded(): void {
    this.#record(true);
    if (this.#openedAt === undefined) return;
    this.#openedAt = undefined;
    this.#outcomes = [];
    this.#since = this.#clock.now();
    this.#detail = undefined;
    this.#probing = false;
  }

  failed(why: string): void {
    this.#record(false);
    this.#detail = why;
    if (this.#openedAt !== undefined) {
      this.#openedAt = this.#clock.now();
      this.#probing = false;
      return;
    }
    const bad = this.#outcomes.filter((ok) => !ok).length;
    if (this.#outcomes.length < this.#options.atLeast || bad / this.#outcomes.length < this.#options.failures) return;
    this.#openedAt = this.#clock.now();
    this.#since = this.#openedAt;
  }

  status(): { up: boolean; since: number; detail?: string } {
    const up = this.#openedAt === undefined;
    return { up, since: this.#since, ...(!up && this.#detail ? { detail: this.#detail } : {}) };
  }

  #record(ok: boolean): void {
    this.#outcomes.push(ok);
    if (this.#outcomes.length > this.#options.window) this.#outcomes.shift();
  }
}
