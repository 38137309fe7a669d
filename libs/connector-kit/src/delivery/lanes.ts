import type { DeliveryDoc } from '../collections/index.ts';

/** What waits for one chat, in order. */
export interface Lane {
  key: string;
  account: string;
  rows: DeliveryDoc[];
  /** `idle`: in no list. `ready`: waits for a free hand. `busy`: a hand is on it. `asleep`: waits for a moment. */
  state: 'idle' | 'ready' | 'busy' | 'asleep';
  cancelAlarm: () => void;
}

/** All chats with something to send that is in memory, and who is next. No I/O and no clock. */
export class Lanes {
  private readonly byKey = new Map<string, Lane>();
  private readonly ready: Lane[] = [];
  private readonly known = new Set<string>();
  private readonly counts = new Map<string, number>();

  /** Rows in memory. */
  get size(): number {
    return this.known.size;
  }

  has(key: string): boolean {
    return this.byKey.has(key);
  }

  knows(rowId: string): boolean {
    return this.known.has(rowId);
  }

  countOf(account: string): number {
    return this.counts.get(account) ?? 0;
  }

  /** When the oldest row was stored; undefined when there is none. */
  oldestAt(): number | undefined {
    let oldest: number | undefined;
    for (const { rows } of this.byKey.values()) {
      const at = rows[0]?.at;
      if (at !== undefined && (oldest === undefined || at < oldest)) oldest = at;
    }
    return oldest;
  }

  /** Adds rows of one chat behind what waits there; ones that are there already are left alone. */
  add(rows: readonly DeliveryDoc[]): void {
    for (const row of rows) {
      if (this.known.has(row._id)) continue;
      let lane = this.byKey.get(row.key);
      if (lane === undefined) {
        lane = { key: row.key, account: row.account, rows: [], state: 'idle', cancelAlarm: () => undefined };
        this.byKey.set(row.key, lane);
      }
      this.known.add(row._id);
      this.counts.set(row.account, this.countOf(row.account) + 1);
      insertInOrder(lane.rows, row, lane.state === 'busy');
      if (lane.state === 'idle') this.makeReady(lane);
    }
  }

  makeReady(lane: Lane): void {
    lane.state = 'ready';
    this.ready.push(lane);
  }

  next(): Lane | undefined {
    const lane = this.ready.shift();
    if (lane !== undefined) lane.state = 'busy';
    return lane;
  }

  get waiting(): number {
    return this.ready.length;
  }

  /** The first row is final, or somebody else's. */
  drop(lane: Lane): void {
    const row = lane.rows.shift();
    if (row !== undefined) this.forget(row);
  }

  /** A hand lets go of a lane that is not asleep. */
  letGo(lane: Lane): void {
    if (lane.rows.length > 0) this.makeReady(lane);
    else if (this.byKey.get(lane.key) === lane) this.byKey.delete(lane.key);
  }

  /** Everything in memory belongs to somebody else now; a row in work stays with its hand until that one has looked. */
  clear(): void {
    this.ready.length = 0;
    for (const lane of this.byKey.values()) {
      const kept = lane.state === 'busy' ? 1 : 0;
      for (const row of lane.rows.splice(kept)) this.forget(row);
      lane.cancelAlarm();
      if (kept === 0) this.byKey.delete(lane.key);
    }
  }

  /** Calls off every alarm and tells what nobody works on. */
  stop(): Lane[] {
    const resting = [...this.byKey.values()].filter((lane) => lane.state !== 'busy');
    for (const lane of resting) lane.cancelAlarm();
    return resting;
  }

  private forget(row: DeliveryDoc): void {
    this.known.delete(row._id);
    const left = this.countOf(row.account) - 1;
    if (left > 0) this.counts.set(row.account, left);
    else this.counts.delete(row.account);
  }
}

/** Nearly always at the end. A row in work stays first. */
function insertInOrder(rows: DeliveryDoc[], row: DeliveryDoc, firstIsTaken: boolean): void {
  let at = rows.length;
  const lowest = firstIsTaken ? 1 : 0;
  while (at > lowest && comesBefore(row, rows[at - 1]!)) at -= 1;
  rows.splice(at, 0, row);
}

const comesBefore = (a: DeliveryDoc, b: DeliveryDoc): boolean =>
  a.order < b.order || (a.order === b.order && a.n < b.n);
