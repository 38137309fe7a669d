import type { Update, UpdateKind } from './types.ts';

const DAY_MS = 24 * 3_600_000;

/** An update that the bot has not confirmed yet. */
export interface PendingUpdate {
  update: Update;
  kind: UpdateKind;
  /** Updates of one lane are delivered one after the other; lanes are independent. */
  lane: string;
  /** Epoch milliseconds. */
  at: number;
  onConfirmed?: () => void;
}

/** The server-side queue of one bot, in the order of `update_id`. */
export class PendingUpdates {
  private readonly byId = new Map<number, PendingUpdate>();
  private nextId: number;

  constructor(firstId: number) {
    this.nextId = firstId;
  }

  get size(): number {
    return this.byId.size;
  }

  get next(): number {
    return this.nextId;
  }

  add(entry: Omit<PendingUpdate, 'update'>, content: unknown): PendingUpdate {
    const update: Update = { update_id: this.nextId++, [entry.kind]: content };
    const pending = { ...entry, update };
    this.byId.set(update.update_id, pending);
    return pending;
  }

  /** Puts back what an earlier process had not delivered. */
  restore(pending: PendingUpdate): void {
    this.byId.set(pending.update.update_id, pending);
    this.nextId = Math.max(this.nextId, pending.update.update_id + 1);
  }

  /** Ids go on from here, unless they are further already. */
  startAt(id: number): void {
    this.nextId = Math.max(this.nextId, id);
  }

  has(id: number): boolean {
    return this.byId.has(id);
  }

  /** The bot has it: it is never delivered again. */
  confirm(id: number): void {
    const pending = this.byId.get(id);
    if (pending === undefined) return;
    this.byId.delete(id);
    pending.onConfirmed?.();
  }

  /** Confirms all below `offset`. */
  confirmBelow(offset: number): void {
    for (const id of this.byId.keys()) {
      if (id >= offset) return;
      this.confirm(id);
    }
  }

  /** Forgets all but the last `count`: the meaning of a negative offset. */
  keepLast(count: number): void {
    const surplus = this.byId.size - count;
    if (surplus <= 0) return;
    for (const id of [...this.byId.keys()].slice(0, surplus)) this.confirm(id);
  }

  /** Drops an update without the bot having seen it. */
  drop(id: number): void {
    this.byId.delete(id);
  }

  clear(): void {
    this.byId.clear();
  }

  expired(pending: PendingUpdate, now: number): boolean {
    return now - pending.at > DAY_MS;
  }

  /** The earliest `limit` that are not older than a day; older ones are dropped on the way. */
  earliest(limit: number, now: number): PendingUpdate[] {
    const found: PendingUpdate[] = [];
    for (const [id, pending] of this.byId) {
      if (this.expired(pending, now)) this.byId.delete(id);
      else found.push(pending);
      if (found.length === limit) break;
    }
    return found;
  }

  *all(): Iterable<PendingUpdate> {
    yield* this.byId.values();
  }
}
