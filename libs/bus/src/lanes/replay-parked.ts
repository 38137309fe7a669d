import { crashPoint } from '#libs/contracts';
import type { BusMessage, KeyHandler, ParkedRecord } from '../port.ts';
import type { ParkedKeys } from './parked-keys.ts';

/** What a handler needs to see parked records again. */
export interface Replay<T> {
  decode: (message: BusMessage) => T;
  handler: KeyHandler<T>;
  signal?: AbortSignal;
}

/**
 * Replays the parked records of a key, in order, through a handler; afterwards the key flows again. Resolves with how many
 * there were. Rejects with the handler's error: what was replayed is removed, the rest stays parked.
 */
export function releaseKey<T>(parked: ParkedKeys, key: string, replay: Replay<T>): Promise<number> {
  const signal = replay.signal ?? new AbortController().signal;
  return parked.release(key, async (record) => {
    const message = messageOf(record);
    await replay.handler({ key, entries: [{ message, value: replay.decode(message) }], signal });
    crashPoint('bus.replayed');
  });
}

export function messageOf(record: ParkedRecord): BusMessage {
  const { topic, partition, offset, key, value, headers, timestamp } = record;
  return { topic, partition, offset: BigInt(offset), key, value, headers, timestamp };
}
