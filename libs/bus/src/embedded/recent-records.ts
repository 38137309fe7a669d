import type { BusMessage } from '../port.ts';

export interface RecentPartition {
  readonly topic: string;
  readonly partition: number;
  /** Next offset to be written. */
  end: number;
  /** Its youngest records that are in memory, in order and without gaps. */
  readonly recent: BusMessage[];
}

/** UTF-16 units kept, of all partitions together. */
const KEPT_UNITS = 4_000_000;
/** What a record weighs besides its text. */
const OBJECT_UNITS = 200;

/**
 * The youngest records of the log in memory, so that consumers that keep up need not ask the file. All partitions share the
 * room: the record that came first goes first, whichever partition it is in.
 */
export class RecentRecords {
  readonly #keptUnits: number;
  /** The partition of every record kept, in order of arrival; what lies before `#head` is gone. */
  #arrivals: RecentPartition[] = [];
  #head = 0;
  #units = 0;

  constructor(keptUnits = KEPT_UNITS) {
    this.#keptUnits = keptUnits;
  }

  /** The message has the offset after the partition's last one. */
  add(partition: RecentPartition, message: BusMessage): void {
    partition.recent.push(message);
    this.#arrivals.push(partition);
    this.#units += weightOf(message);
    while (this.#units > this.#keptUnits) this.#dropOldest();
  }

  /** Offset of the oldest record kept of the partition; of none, the next one to be written. */
  firstOf({ recent, end }: RecentPartition): number {
    return recent.length === 0 ? end : Number(recent[0]!.offset);
  }

  /** From an offset on that is not before the first. */
  read(partition: RecentPartition, from: number, limit: number): BusMessage[] {
    const at = from - this.firstOf(partition);
    return partition.recent.slice(at, at + limit);
  }

  #dropOldest(): void {
    const oldest = this.#arrivals[this.#head]!.recent.shift()!;
    this.#units -= weightOf(oldest);
    this.#head += 1;
    if (this.#head * 2 < this.#arrivals.length) return;
    this.#arrivals = this.#arrivals.slice(this.#head);
    this.#head = 0;
  }
}

const weightOf = ({ key, value }: BusMessage): number => key.length + value.length + OBJECT_UNITS;
