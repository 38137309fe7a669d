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

/** All chats with something to send, and who is next. No I/O and no clock. */
export class Lanes {
  private readonly byKey = new Map<string, Lane>();
  private readonly ready: Lane[] = [];
  private readonly known = new Set<string>();

  get size(): number {
    return this.byKey.size;
  }

  has(key: string): boolean {
    return this.byKey.has(key);
  }

  knows(rowId: string): boolean {
    return this.known.has(rowId);
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
    if (row !== undefined) this.known.delete(row._id);
  }

  /** A hand lets go of a lane that is not asleep. */
  letGo(lane: Lane): void {
    if (lane.rows.length > 0) this.makeReady(lane);
    else this.byKey.delete(lane.key);
  }

  /** Calls off every alarm and tells what nobody works on. */
  stop(): Lane[] {
    const resting = [...this.byKey.values()].filter((lane) => lane.state !== 'busy');
    for (const lane of resting) lane.cancelAlarm();
    return resting;
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
