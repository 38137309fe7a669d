import type { Clock } from '#libs/contracts';
import { crashPoint } from '#libs/contracts';
import { deadLetterOf } from '../lanes/dead-letter.ts';
import type { ParkedKeys } from '../lanes/parked-keys.ts';
import type { PartitionProgress } from '../lanes/partition-progress.ts';
import { releaseKey } from '../lanes/replay-parked.ts';
import { type LaneLimits, type LaneOutcome, type LaneWork, runLanes } from '../lanes/run-lanes.ts';
import type { BusLogger } from '../logger.ts';
import type { BusMessage, BusRecord, ConsumeOptions, Subscription } from '../port.ts';
import type { LogPartition } from './log-file.ts';

const DEADLINE_MS = 10_000;

export interface MemberContext {
  clock: Clock;
  logger: BusLogger;
  limits: LaneLimits;
  parked: ParkedKeys;
  publish(records: readonly BusRecord[]): Promise<void>;
  /** Stops intake of the member and shares its partitions out; resolves when its batches ended or the deadline passed. */
  leave(member: GroupMember, deadlineMs: number): Promise<void>;
  crashed(member: GroupMember, error: Error): void;
}

/** One subscription: a member of a consumer group in this process. */
export class GroupMember implements Subscription {
  readonly topics: readonly string[];
  readonly group: string;
  readonly joined: Promise<void>;
  readonly #context: MemberContext;
  readonly #work: LaneWork<unknown>;
  readonly #abort = new AbortController();
  #state: 'open' | 'closing' | 'closed' = 'open';
  #failure: Error | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: ConsumeOptions<unknown>, context: MemberContext) {
    this.topics = options.topics;
    this.group = options.group;
    this.joined = Promise.resolve();
    this.#context = context;
    const { clock, limits, parked } = context;
    this.#work = {
      decode: options.decode,
      handler: options.handler,
      parked,
      deadLetter: async (message, reason) => {
        await context.publish([deadLetterOf(message, reason, clock.now())]);
        crashPoint('bus.dead-letter');
        const { topic, partition, offset } = message;
        const place = { group: options.group, topic, partition, offset: String(offset) };
        context.logger.error({ ...place, reason }, 'bus: a record could not be decoded; it is in the dead letters');
      },
      clock,
      limits,
    };
  }

  accepting(): boolean {
    return this.#state === 'open';
  }

  ready(): boolean {
    return this.#state === 'open' && this.#failure === undefined;
  }

  failure(): Error | undefined {
    return this.#failure;
  }

  work(batch: readonly BusMessage[], progress: PartitionProgress): Promise<LaneOutcome> {
    return runLanes(batch, progress, this.#work, { signal: this.#abort.signal, stopping: () => !this.accepting() });
  }

  paused(partition: LogPartition, error: Error, attempt: number, waitMs: number): void {
    const { topic, partition: number } = partition;
    this.#context.logger.warn(
      { group: this.group, topic, partition: number, attempt, waitMs: Math.round(waitMs), error: error.message },
      'bus: partition pauses, infrastructure is away',
    );
  }

  /** The consumer cannot go on: it leaves its group and says why. */
  fail(error: Error): void {
    if (this.#failure) return;
    this.#failure = error;
    this.#context.logger.error(
      { group: this.group, topics: this.topics, error: error.message },
      'bus: consumer stopped',
    );
    void this.close();
    this.#context.crashed(this, error);
  }

  async release(key: string): Promise<number> {
    const { decode, handler } = this.#work;
    return releaseKey(this.#context.parked, key, { decode, handler, signal: this.#abort.signal });
  }

  close(deadlineMs = DEADLINE_MS): Promise<void> {
    this.#closed ??= this.#leave(deadlineMs);
    return this.#closed;
  }

  async #leave(deadlineMs: number): Promise<void> {
    this.#state = 'closing';
    await this.#context.leave(this, deadlineMs);
    this.#abort.abort(new Error('subscription closed'));
    this.#state = 'closed';
  }
}
