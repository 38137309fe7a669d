import type { BusMessage } from '../port.ts';

/**
 * What is finished of one partition. Keys finish out of order, but only the low-water mark may be committed; what is finished
 * above it is remembered here, so that it is not handled again while this process keeps the partition.
 */
export class PartitionProgress {
  readonly #done = new Set<bigint>();
  /** Repetitions since the last batch without a transient error. */
  attempt = 0;

  isDone(offset: bigint): boolean {
    return this.#done.has(offset);
  }

  markDone(offset: bigint): void {
    this.#done.add(offset);
  }

  /** The first offset not finished, given the batch in order. Forgets what lies below it. */
  lowWater(batch: readonly BusMessage[]): bigint {
    let next = batch[0]!.offset;
    for (const message of batch) {
      if (!this.#done.has(message.offset)) return message.offset;
      next = message.offset + 1n;
      this.#done.delete(message.offset);
    }
    return next;
  }
}
