import type { BusMessage } from '../port.ts';
import type { LaneLimits } from './lane-work.ts';

/** One key's messages that are not done, in order. */
export interface Lane {
  readonly id: string;
  /** In the hands of a call. */
  running: BusMessage[];
  /** Behind them. */
  waiting: BusMessage[];
  /** Somebody works on it; otherwise it waits to be begun. */
  busy: boolean;
  /** The turn in which it was begun. */
  turn: number;
}

/**
 * What is known of one partition from its low water on: every message below `next` was given, and is either done or in here. So what
 * is done needs no list, and whatever is given a second time is recognised by its offset. Messages that find no room in the
 * lanes stay behind them, in order.
 */
export class LaneWindow {
  readonly #limits: LaneLimits;
  readonly #lanes = new Map<string, Lane>();
  #ready: Lane[] = [];
  /** Given, but not in a lane yet: those from `#beyondAt` on. */
  #beyond: readonly BusMessage[] = [];
  #beyondAt = 0;
  #next: bigint | undefined;
  #reported: bigint | undefined;

  /** `next`: where the partition is read from, if that is known before the first message comes. */
  constructor(limits: LaneLimits, next?: bigint) {
    this.#limits = limits;
    this.#next = next;
    this.#reported = next;
  }

  /** Where to read on; undefined before the first message. */
  get next(): bigint | undefined {
    return this.#next;
  }

  /** The first message that is not done: what may be committed. */
  get lowWater(): bigint | undefined {
    let low = this.#beyond[this.#beyondAt]?.offset ?? this.#next;
    for (const { running, waiting } of this.#lanes.values()) {
      // After the log was found cut, what waits may lie before what runs.
      if (running.length > 0 && running[0]!.offset < low!) low = running[0]!.offset;
      if (waiting.length > 0 && waiting[0]!.offset < low!) low = waiting[0]!.offset;
    }
    return low;
  }

  /** The low water, if it has moved since it was last asked for. */
  moved(): bigint | undefined {
    const low = this.lowWater;
    if (low === undefined || low === this.#reported) return undefined;
    this.#reported = low;
    return low;
  }

  /** Messages wait to be begun. */
  get waits(): boolean {
    return this.#ready.length > 0 || this.#beyondAt < this.#beyond.length;
  }

  /** Lanes wait to be begun. */
  get hasReady(): boolean {
    return this.#ready.length > 0;
  }

  /** More may be begun. Whoever gives without asking is not refused: what finds no room stays behind the lanes. */
  get hasRoom(): boolean {
    if (this.#lanes.size === 0) return true;
    const end = this.#beyond[this.#beyondAt]?.offset ?? this.#next!;
    return end - this.lowWater! < this.#limits.windowMessages && !this.#isHeavy();
  }

  /** Takes messages in, in order of offsets. Those that it has or had are left out. */
  give(batch: readonly BusMessage[]): void {
    const first = batch[0]?.offset;
    if (first === undefined) return;
    if (this.#next === undefined || first < this.lowWater!) this.#startAt(first);
    const next = this.#next!;
    const fresh = first >= next ? batch : batch.filter(({ offset }) => offset >= next);
    if (fresh.length === 0) return;
    this.#beyond = this.#beyondAt < this.#beyond.length ? this.#beyond.slice(this.#beyondAt).concat(fresh) : fresh;
    this.#beyondAt = 0;
    this.#next = fresh.at(-1)!.offset + 1n;
  }

  /** Puts messages into their lanes, as far as there is room; those that `skips` names are done. */
  admit(skips?: (message: BusMessage) => boolean): void {
    if (this.#beyondAt === this.#beyond.length || this.#isHeavy()) return;
    const end = this.lowWater! + BigInt(this.#limits.windowMessages);
    while (this.#beyondAt < this.#beyond.length) {
      const message = this.#beyond[this.#beyondAt]!;
      if (message.offset >= end) return;
      this.#beyondAt += 1;
      if (skips?.(message) !== true) this.#admit(message);
    }
    this.#beyond = [];
    this.#beyondAt = 0;
  }

  /** The lane that has waited longest; it is the caller's until it has `ended`. */
  begin(turn: number): Lane | undefined {
    const lane = this.#ready.shift();
    if (!lane) return undefined;
    lane.busy = true;
    lane.turn = turn;
    return lane;
  }

  /** Nobody works on the lane any more; what it has left gets in line. */
  ended(lane: Lane): void {
    lane.busy = false;
    if (lane.waiting.length > 0) this.#ready.push(lane);
    else this.#lanes.delete(lane.id);
  }

  isBusy(key: string): boolean {
    return this.#lanes.get(key)?.busy === true;
  }

  #isHeavy(): boolean {
    let characters = 0;
    for (const { running, waiting } of this.#lanes.values()) {
      for (const { value } of running) characters += value.length;
      for (const { value } of waiting) characters += value.length;
    }
    return characters >= this.#limits.windowCharacters;
  }

  #admit(message: BusMessage): void {
    const id = message.key;
    const known = this.#lanes.get(id);
    if (known) {
      known.waiting.push(message);
      return;
    }
    const lane: Lane = { id, running: [], waiting: [message], busy: false, turn: 0 };
    this.#lanes.set(id, lane);
    this.#ready.push(lane);
  }

  /**
   * The log begins before what was done of it: it is another log, or lost its end. All of it is read again; what a call has in
   * its hands stays there, so that the key waits for it.
   */
  #startAt(first: bigint): void {
    for (const lane of this.#ready) this.#lanes.delete(lane.id);
    for (const lane of this.#lanes.values()) lane.waiting = [];
    this.#ready = [];
    this.#beyond = [];
    this.#beyondAt = 0;
    this.#next = first;
    this.#reported = first;
  }
}
