import type { Clock } from '#libs/contracts';
import type { BusMessage, BusObserver, ParkedKey, ParkedRecord, ParkingLot } from '../port.ts';
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
  observer: BusObserver;
}

/** The partition went to somebody else while its parked key was being released: what is left is theirs to release. */
export class ReleaseInterruptedError extends Error {
  override readonly name = 'ReleaseInterruptedError';
}

/** The parked keys of one consumer group in this process: the lot's memory, shared by all members of the group. */
export class ParkedKeys {
  readonly #options: ParkedKeysOptions;
  #keys = new Set<string>();
  #recent: number[] = [];
  /** Park calls started per key, so that a release can tell that nothing arrived behind its back. */
  readonly #started = new Map<string, number>();
  readonly #running = new Map<string, number>();
  readonly #releases = new Map<string, Promise<number>>();
  /** Keys that the lot is forgetting right now: whoever parks the key anew has to wait for it. */
  readonly #freeing = new Map<string, Promise<void>>();
  #frees = 0;

  constructor(options: ParkedKeysOptions) {
    this.#options = options;
  }

  /** Reads the keys from the lot; to be called before the first message and whenever partitions were assigned. */
  async load(): Promise<readonly ParkedKey[]> {
    let stored: readonly ParkedKey[];
    let frees: number;
    do {
      await Promise.allSettled(this.#freeing.values());
      frees = this.#frees;
      stored = await this.#options.lot.parkedKeys(this.#options.group);
      // What was freed while the lot answered would come back as parked.
    } while (frees !== this.#frees);
    this.#keys = new Set([...stored.map(({ key }) => key), ...this.#running.keys()]);
    return stored;
  }

  get group(): string {
    return this.#options.group;
  }

  get build(): string {
    return this.#options.build;
  }

  /** Keys that an operator wants to see released. */
  asked(): Promise<readonly ParkedKey[]> {
    return this.#options.lot.asked(this.#options.group);
  }

  refused(key: string, reason: string): Promise<void> {
    const { lot, group, build, clock } = this.#options;
    return lot.refused(group, key, { reason, build, at: clock.now() });
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
      this.#options.observer.keyParked?.(this.#options.group);
    } catch (failed) {
      this.#keys.delete(message.key);
      this.#recent.splice(this.#recent.indexOf(now), 1);
      throw failed;
    }
  }

  /** Stores one message behind those already parked under its key. */
  async park(message: BusMessage, failure?: string): Promise<void> {
    const { key } = message;
    await this.#freeing.get(key);
    this.#started.set(key, (this.#started.get(key) ?? 0) + 1);
    this.#running.set(key, (this.#running.get(key) ?? 0) + 1);
    try {
      await this.#options.lot.park(this.#record(message, failure));
    } finally {
      const left = (this.#running.get(key) ?? 1) - 1;
      if (left === 0) this.#running.delete(key);
      else this.#running.set(key, left);
    }
  }

  /**
   * Hands every parked record of the key to `replay`, in order, and removes it; the key flows again once the lot is empty and
   * no park call is under way. Rejects with the error of `replay`, or with `ReleaseInterruptedError` as soon as the partition is
   * `lost`; the rest stays parked.
   */
  release(
    key: string,
    replay: (record: ParkedRecord) => Promise<void>,
    lost: () => boolean = () => false,
  ): Promise<number> {
    const running = this.#releases.get(key);
    if (running) return running;
    const release = this.#release(key, replay, lost).finally(() => this.#releases.delete(key));
    this.#releases.set(key, release);
    return release;
  }

  async #release(key: string, replay: (record: ParkedRecord) => Promise<void>, lost: () => boolean): Promise<number> {
    const { lot, group } = this.#options;
    const goOn = (): void => {
      if (lost()) throw new ReleaseInterruptedError(`key "${key}" of group "${group}" is consumed elsewhere now`);
    };
    for (let replayed = 0; ;) {
      const startedBefore = this.#started.get(key);
      const records = await lot.list(group, key);
      // Parked elsewhere, perhaps, after this process last looked: from now on its messages queue here too.
      if (records.length > 0) this.#keys.add(key);
      for (const record of records) {
        goOn();
        await replay(record);
        goOn();
        await lot.remove(record);
        replayed += 1;
      }
      if (records.length > 0 || this.#started.get(key) !== startedBefore || this.#running.has(key)) continue;
      goOn();
      await this.#free(key);
      return replayed;
    }
  }

  async #free(key: string): Promise<void> {
    this.#frees += 1;
    this.#keys.delete(key);
    this.#started.delete(key);
    const freed = this.#options.lot.freed(this.#options.group, key);
    const settled = freed.catch(() => {});
    this.#freeing.set(key, settled);
    try {
      await freed;
    } finally {
      if (this.#freeing.get(key) === settled) this.#freeing.delete(key);
    }
  }

  #record(message: BusMessage, failure: string | undefined): ParkedRecord {
    const { topic, partition, offset, key, value, bytes, headers, timestamp } = message;
    const { group, clock, build } = this.#options;
    return {
      group,
      topic,
      partition,
      offset: offset.toString(),
      key,
      value,
      ...(bytes === undefined ? {} : { bytes }),
      headers,
      timestamp,
      reason: failure ?? 'behind a parked message',
      parkedAt: clock.now(),
      build,
      behind: failure === undefined,
    };
  }
}
