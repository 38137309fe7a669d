import type { Clock } from '#libs/contracts';
import { ApiError } from './api-error.ts';
import type { PendingUpdates } from './pending-updates.ts';
import type { Update } from './types.ts';

export interface PollQuery {
  /** Confirms all updates below it; negative: keeps only that many from the end. */
  offset: number;
  limit: number;
  /** Milliseconds to wait for a first update. */
  timeoutMs: number;
  signal?: AbortSignal;
}

interface Waiter {
  answer(): void;
  fail(error: ApiError): void;
}

/** getUpdates: one poller at a time; a second one takes over and the first is told so. */
export class UpdatePoll {
  private waiter: Waiter | undefined;
  private readonly pending: PendingUpdates;
  private readonly clock: Clock;
  constructor(pending: PendingUpdates, clock: Clock) {
    this.pending = pending;
    this.clock = clock;
  }

  async take({ offset, limit, timeoutMs, signal }: PollQuery): Promise<Update[]> {
    this.terminate('terminated by other getUpdates request; make sure that only one bot instance is running');
    if (offset > 0) this.pending.confirmBelow(offset);
    if (offset < 0) this.pending.keepLast(-offset);
    const ready = this.read(limit);
    if (ready.length > 0 || timeoutMs === 0) return ready;
    return new Promise((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', waiter.answer);
        if (this.waiter === waiter) this.waiter = undefined;
      };
      const waiter: Waiter = {
        answer: () => {
          done();
          resolve(this.read(limit));
        },
        fail: (error) => {
          done();
          reject(error);
        },
      };
      const timer = setTimeout(waiter.answer, timeoutMs);
      signal?.addEventListener('abort', waiter.answer, { once: true });
      this.waiter = waiter;
    });
  }

  /** A call hangs until something arrives. */
  get waiting(): boolean {
    return this.waiter !== undefined;
  }

  /** An update has arrived. */
  wake(): void {
    this.waiter?.answer();
  }

  /** Ends a waiting call with 409. */
  terminate(why: string): void {
    this.waiter?.fail(new ApiError(409, `Conflict: ${why}`));
  }

  private read(limit: number): Update[] {
    return this.pending.earliest(limit, this.clock.now()).map((p) => p.update);
  }
}
