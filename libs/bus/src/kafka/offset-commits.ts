import { crashPoint } from '#libs/contracts';
import type { EachBatchPayload } from 'kafkajs';

/** Offsets become durable at most this long after they were resolved; lost in a crash, they mean redelivery only. */
const WAIT_MS = 100;

/**
 * Commits of a consumer, apart from its batches. kafkajs would ask the broker after every batch of every partition and fetch
 * nothing meanwhile; here one commit serves all partitions that advanced within a tenth of a second.
 */
export class OffsetCommits {
  #latest: Pick<EachBatchPayload, 'commitOffsetsIfNecessary' | 'uncommittedOffsets'> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  /** Something was resolved: commit soon. */
  soon(payload: EachBatchPayload): void {
    this.#latest = payload;
    this.#timer ??= setTimeout(() => void this.now(), WAIT_MS);
  }

  /** Commits all that is resolved. Never rejects: what cannot be committed now comes again, and heartbeats tell why. */
  async now(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#running;
    this.#running = this.#commit();
    await this.#running;
  }

  async #commit(): Promise<void> {
    const payload = this.#latest;
    if (!payload) return;
    try {
      const offsets = payload.uncommittedOffsets();
      crashPoint('bus.before-commit');
      if (offsets.topics.length > 0) await payload.commitOffsetsIfNecessary(offsets);
    } catch {
      this.#latest = undefined;
    }
  }
}
