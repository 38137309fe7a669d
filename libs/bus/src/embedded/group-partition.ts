import { crashPoint } from '#libs/contracts';
import { backoffMs } from '../lanes/backoff.ts';
import { asError } from '../lanes/error-kind.ts';
import { PartitionProgress } from '../lanes/partition-progress.ts';
import type { BusMessage } from '../port.ts';
import type { GroupMember } from './group-member.ts';
import type { LogPartition } from './log-file.ts';

/** Messages read at once; small enough that a batch fits its time budget. */
const BATCH = 512;

export interface PartitionIo {
  read(partition: LogPartition, from: number, limit: number): BusMessage[];
  finished(partition: LogPartition, offset: number): void;
}

/** One partition as one group consumes it: at most one batch at a time, by the member that owns it. */
export class GroupPartition {
  readonly log: LogPartition;
  readonly #io: PartitionIo;
  #position: number;
  #owner: GroupMember | undefined;
  #wanted: GroupMember | undefined;
  #progress = new PartitionProgress();
  #running: Promise<void> | undefined;
  #pause: NodeJS.Timeout | undefined;

  constructor(log: LogPartition, position: number, io: PartitionIo) {
    this.log = log;
    this.#position = position;
    this.#io = io;
  }

  /** First offset not yet processed. */
  get position(): number {
    return Math.max(this.#position, this.log.first);
  }

  /** Moves the partition; while a batch runs, only once it has finished, so that order per key is kept. */
  assign(member: GroupMember | undefined): void {
    this.#wanted = member;
    if (!this.#running) this.#move();
  }

  /** Resolves when the member has nothing running here any more. */
  async left(member: GroupMember): Promise<void> {
    if (this.#owner === member && this.#running) await this.#running;
  }

  /** Takes the partition from a member that does not come to an end. Its batch goes on, but counts for nothing. */
  tearAway(member: GroupMember): void {
    if (this.#owner !== member) return;
    this.#running = undefined;
    this.#progress = new PartitionProgress();
    this.#move();
  }

  wake(): void {
    if (this.#running || this.#pause || !this.#owner?.accepting() || this.position >= this.log.end) return;
    const run = this.#consume(this.#owner).finally(() => {
      if (this.#running !== run) return;
      this.#running = undefined;
      this.#move();
    });
    this.#running = run;
  }

  stop(): void {
    clearTimeout(this.#pause);
    this.#pause = undefined;
  }

  #move(): void {
    if (this.#owner !== this.#wanted) {
      this.#owner = this.#wanted;
      this.stop();
    }
    this.wake();
  }

  async #consume(member: GroupMember): Promise<void> {
    const progress = this.#progress;
    while (member.accepting() && this.#owner === this.#wanted && this.#owner === member) {
      let batch: BusMessage[];
      try {
        batch = this.#io.read(this.log, this.position, BATCH);
      } catch (error) {
        return this.#sleep(member, asError(error), progress);
      }
      if (batch.length === 0) return;
      const { next, transient, fatal } = await member.work(batch, progress);
      if (this.#progress !== progress) return;
      this.#advance(Number(next));
      if (fatal) return member.fail(fatal);
      if (transient) return this.#sleep(member, transient, progress);
      progress.attempt = 0;
      if (this.position >= this.log.end) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #advance(next: number): void {
    if (next <= this.#position) return;
    this.#position = next;
    crashPoint('bus.before-commit');
    this.#io.finished(this.log, next);
  }

  #sleep(member: GroupMember, error: Error, progress: PartitionProgress): void {
    const waitMs = backoffMs(progress.attempt);
    progress.attempt += 1;
    member.paused(this.log, error, progress.attempt, waitMs);
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      this.wake();
    }, waitMs);
  }
}
