import type { BusMessage, ParkedRecord } from '../port.ts';
import { asError, isUndecodable } from './error-kind.ts';
import type { LaneWork } from './lane-work.ts';

export interface ReleaseControl {
  signal: AbortSignal;
  /** True once the partition of the key is consumed elsewhere. */
  lost: () => boolean;
  /** Resolves when no lane has a call of the key under way: a key is never in two hands at once. */
  quiet: (key: string) => Promise<void>;
}

/**
 * Replays the parked records of a key, in order, through a handler; afterwards the key flows again. Resolves with how many
 * there were. Rejects with the handler's error: what was replayed is removed, the rest stays parked.
 */
export function releaseKey<T>(
  work: LaneWork<T>,
  key: string,
  { signal, lost, quiet }: ReleaseControl,
): Promise<number> {
  return work.parked.release(
    key,
    async (record) => {
      await quiet(key);
      const message = messageOf(record);
      let value: T;
      try {
        value = work.decode(message);
      } catch (error) {
        if (!isUndecodable(error)) throw error;
        return work.deadLetter(message, asError(error).message);
      }
      await work.handler({ key, entries: [{ message, value }], signal });
    },
    () => signal.aborted || lost(),
  );
}

function messageOf(record: ParkedRecord): BusMessage {
  const { topic, partition, offset, key, value, bytes, headers, timestamp } = record;
  return {
    topic,
    partition,
    offset: BigInt(offset),
    key,
    value,
    ...(bytes === undefined ? {} : { bytes }),
    headers,
    timestamp,
  };
}
