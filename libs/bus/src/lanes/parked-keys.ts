import type { Clock } from '#libs/contracts';
import type { BusMessage, ParkedRecord, ParkingLot } from '../port.ts';
import { reasonOf, TooManyParkedKeysError } from './error-kind.ts';

const MINUTE = 60_000;

export interface ParkedKeysOptions {
  group: string;
  lot: ParkingLot;
  clock: Clock;
  /** Written into each record, so that an operator sees which build failed. */
  build: string;
  /** Keys that may be newly parked within a minute before the consumer stops. */
  limitPerMinute: number;
}

/** The parked keys of one consumer group in this process: the lot's memory, shared by all members of the group. */
export class ParkedKeys {
  readonly #options: ParkedKeysOptions;
  #keys = new Set<string>();
  #recent: number[] = [];
  /** Park calls started per key, so that a release can tell that nothing arrived behind its back. */
  readonly #started = new Map<string, number>();
  readonly #running = new Map<string, number>();

  constructor(options: ParkedKeysOptions) {
    this.#options = options;
  }

  /** Reads the keys from the lot; to be called before the first message and whenever partitions were assigned. */
  async load(): Promise<void> {
    const stored = await this.#options.lot.parkedKeys(this.#options.group);
    this.#keys = new Set([...stored, ...this.#running.keys()]);
  }

  has(key: string): boolean {
    return this.#keys.has(key);
  }

  /** Parks a key by the message that failed. Throws `TooManyParkedKeysError`, before anything is stored, over the limit. */
  async parkKey(message: BusMessage, error: unknown): Promise<void> {
    const now = this.#options.clock.now();
    this.#recent = this.#recent.filter((at) => at > now - MINUTE);
    if (this.#recent.length >= this.#options.limitPerMinute) {
      throw new TooManyParkedKeysError(this.#options.group, this.#options.limitPerMinute, reasonOf(error));
    }
    // Counted before the store is asked: other keys of the batch fail meanwhile.
    this.#recent.push(now);
    this.#keys.add(message.key);
    try {
      await this.park(message, reasonOf(error));
    } catch (failed) {
      this.#keys.delete(message.key);
      this.#recent.splice(this.#recent.indexOf(now), 1);
      throw failed;
    }
  }

  /** Stores one message behind those already parked under its key. */
  async park(message: BusMessage, reason = 'behind a parked message'): Promise<void> {
    const { key } = message;
    this.#started.set(key, (this.#started.get(key) ?? 0) + 1);
    this.#running.set(key, (this.#running.get(key) ?? 0) + 1);
    try {
      await this.#options.lot.park(this.#record(message, reason));
    } finally {
      const left = (this.#running.get(key) ?? 1) - 1;
      if (left === 0) this.#running.delete(key);
      else this.#running.set(key, left);
    }
  }

  /**
   * Hands every parked record of the key to `replay`, in order, and removes it; the key flows again once the lot is empty and
   * no park call is under way. Rejects with the error of `replay`; the rest stays parked.
   */
  async release(key: string, replay: (record: ParkedRecord) => Promise<void>): Promise<number> {
    const { lot, group } = this.#options;
    for (let replayed = 0; ;) {
      const startedBefore = this.#started.get(key);
      const records = await lot.list(group, key);
      for (const record of records) {
        await replay(record);
        await lot.remove(record);
        replayed += 1;
      }
      if (records.length === 0 && this.#started.get(key) === startedBefore && !this.#running.has(key)) {
        this.#keys.delete(key);
        this.#started.delete(key);
        return replayed;
      }
    }
  }

  #record(message: BusMessage, reason: string): ParkedRecord {
    const { topic, partition, offset, key, value, headers, timestamp } = message;
    const { group, clock, build } = this.#options;
    return {
      group,
      topic,
      partition,
      offset: offset.toString(),
      key,
      value,
      headers,
      timestamp,
      reason,
      parkedAt: clock.now(),
      build,
    };
  }
}
