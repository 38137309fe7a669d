import type { LeftAhead } from '../cluster/group-work.ts';

/** A log whose first record kept lies above would be sought for ever. */
const TRIES = 3;

/**
 * Tells fetches of an assignment that is over. kafkajs may join its group anew while another of its fetches is under way, and then
 * hand out what that one brought as if it belonged to the new assignment. It was asked for where this member had read to, which
 * lies above what is committed while a slow key is in work: whoever began there would leave out what lies between.
 */
export class StaleFetches {
  #ahead = new Map<string, { lowWater: bigint; next: bigint; tries: number }>();

  /** The partitions are assigned anew; these had been read ahead. */
  assigned(ahead: readonly LeftAhead[]): void {
    // Those that were not fetched since the last time are as they were.
    for (const { topic, partition, lowWater, next } of ahead) {
      this.#ahead.set(`${topic}:${partition}`, { lowWater, next, tries: 0 });
    }
  }

  /** Where to seek instead of taking messages from `first` on; undefined when they may be taken. */
  seekInstead(topic: string, partition: number, first: bigint): bigint | undefined {
    const id = `${topic}:${partition}`;
    const known = this.#ahead.get(id);
    if (!known) return undefined;
    if (first > known.lowWater && first <= known.next && known.tries < TRIES) {
      known.tries += 1;
      return known.lowWater;
    }
    this.#ahead.delete(id);
    return undefined;
  }
}
