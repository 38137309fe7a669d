import { crashPoint } from '#libs/contracts';
import { asError } from '../lanes/error-kind.ts';
import { LaneWindow } from '../lanes/lane-window.ts';
import { LANE_LIMITS } from '../lanes/lane-work.ts';
import type { PartitionLanes } from '../lanes/partition-lanes.ts';
import type { BusMessage } from '../port.ts';
import type { GroupMember } from './group-member.ts';
import type { LogPartition } from './log-file.ts';

/** Messages read at once; small enough that a batch fits its time budget. */
const BATCH = 512;

export interface PartitionIo {
  read(partition: LogPartition, from: number, limit: number): BusMessage[];
  finished(partition: LogPartition, offset: number): void;
}

/**
 * One partition as one group consumes it, by the member that owns it. What is known above its low water moves with it from member
 * to member: nothing that is done is handled again in this process.
 */
export class GroupPartition {
  readonly log: LogPartition;
  readonly #io: PartitionIo;
  #position: number;
  #owner: GroupMember | undefined;
  #wanted: GroupMember | undefined;
  #window: LaneWindow;
  /** The owner's. */
  #lanes: PartitionLanes<unknown> | undefined;
  #reading: Promise<void> | undefined;

  constructor(log: LogPartition, position: number, io: PartitionIo) {
    this.log = log;
    this.#position = position;
    this.#io = io;
    this.#window = this.#windowFromHere();
  }

  /** First offset not yet processed. */
  get position(): number {
    return Math.max(this.#position, this.log.first);
  }

  /** Whether the member consumes it, and will. */
  isOf(member: GroupMember): boolean {
    return this.#owner === member && this.#wanted === member;
  }

  /** Moves the partition; while something of it runs, only once that has ended, so that order per key is kept. */
  assign(member: GroupMember | undefined): void {
    this.#wanted = member;
    if (this.#owner !== member) this.#lanes?.stop();
    this.#moveWhenQuiet();
  }

  /** Resolves when the member has nothing running here any more. */
  async left(member: GroupMember): Promise<void> {
    if (this.#owner !== member) return;
    await this.#reading;
    await this.#lanes?.idle();
  }

  /** Takes the partition from a member that does not come to an end. What it has running goes on, but counts for nothing. */
  tearAway(member: GroupMember): void {
    if (this.#owner !== member) return;
    if (this.#lanes?.busy) {
      this.#lanes.forget();
      this.#window = this.#windowFromHere();
    }
    this.#lanes = undefined;
    this.#reading = undefined;
    this.#move();
  }

  /** Resolves when no call of the key is under way here. */
  async quiet(key: string): Promise<void> {
    await this.#lanes?.quiet(key);
  }

  wake(): void {
    const owner = this.#owner;
    if (this.#reading || this.#lanes?.stopped || !this.#hasMore()) return;
    if (!owner?.accepting() || owner !== this.#wanted) return;
    this.#lanes ??= owner.lanes(this.log, this.#window, (lowWater) => this.#advance(Number(lowWater)));
    const reading = this.#read(owner, this.#lanes).finally(() => {
      if (this.#reading !== reading) return;
      this.#reading = undefined;
      this.#moveWhenQuiet();
    });
    this.#reading = reading;
  }

  #moveWhenQuiet(): void {
    const lanes = this.#lanes;
    if (this.#reading) return;
    if (!lanes?.busy || !lanes.stopped) return this.#move();
    void lanes.idle().then(() => {
      if (this.#lanes === lanes) this.#moveWhenQuiet();
    });
  }

  #move(): void {
    this.#owner = this.#wanted;
    if (this.#lanes?.stopped) this.#lanes = undefined;
    this.wake();
  }

  async #read(member: GroupMember, lanes: PartitionLanes<unknown>): Promise<void> {
    for (let again = this.#window.waits; member.accepting() && !lanes.stopped;) {
      try {
        again = await lanes.take(again ? [] : this.#io.read(this.log, this.#readFrom(), BATCH));
      } catch (error) {
        await lanes.pause(asError(error));
      }
      if (!this.#hasMore()) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #hasMore(): boolean {
    return this.#window.waits || this.#readFrom() < this.log.end;
  }

  #readFrom(): number {
    return Math.max(Number(this.#window.next), this.log.first);
  }

  #windowFromHere(): LaneWindow {
    return new LaneWindow(LANE_LIMITS, BigInt(this.#position));
  }

  #advance(next: number): void {
    if (next <= this.#position) return;
    this.#position = next;
    crashPoint('bus.before-commit');
    this.#io.finished(this.log, next);
  }
}
