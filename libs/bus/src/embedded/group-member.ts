import type { Clock } from '#libs/contracts';
import { AskedReleases } from '../lanes/asked-releases.ts';
import { deadLetterer } from '../lanes/dead-letter.ts';
import type { ParkedKeys } from '../lanes/parked-keys.ts';
import type { LaneWindow } from '../lanes/lane-window.ts';
import { type LaneLimits, type LaneWork, skipsOf } from '../lanes/lane-work.ts';
import { PartitionLanes } from '../lanes/partition-lanes.ts';
import { releaseKey } from '../lanes/replay-parked.ts';
import type { BusLogger } from '../logger.ts';
import type {
  BusHealth,
  BusObserver,
  BusRecord,
  ConsumeOptions,
  DeadLetterBox,
  ParkedKey,
  Subscription,
} from '../port.ts';
import type { LogPartition } from './log-file.ts';

const DEADLINE_MS = 10_000;

export interface MemberContext {
  clock: Clock;
  logger: BusLogger;
  limits: LaneLimits;
  parked: ParkedKeys;
  box: DeadLetterBox | undefined;
  observer: BusObserver;
  /** The keys that were parked when it joined. */
  found: readonly ParkedKey[];
  owns(member: GroupMember, topic: string, partition: number): boolean;
  /** Resolves when no call of the key is under way in the group. */
  quiet(key: string): Promise<void>;
  publish(records: readonly BusRecord[]): Promise<void>;
  /**
   * Stops intake of the member and shares its partitions out; resolves when its batches and `releases` ended or the deadline
   * passed.
   */
  leave(member: GroupMember, deadlineMs: number, releases: Promise<void>): Promise<void>;
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
  readonly #releases: AskedReleases;
  #state: 'open' | 'closing' | 'closed' = 'open';
  #failure: Error | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: ConsumeOptions<unknown>, context: MemberContext) {
    this.topics = options.topics;
    this.group = options.group;
    this.joined = Promise.resolve();
    this.#context = context;
    const { clock, limits, parked, logger, box, observer } = context;
    const { group } = options;
    const publish = (records: readonly BusRecord[]): Promise<void> => context.publish(records);
    this.#work = {
      decode: options.decode,
      handler: options.handler,
      ...skipsOf(options),
      parked,
      deadLetter: deadLetterer({ group, build: parked.build, clock, logger, publish, box, observer }),
      clock,
      limits,
    };
    this.#releases = new AskedReleases({
      parked,
      logger,
      owns: (topic, partition) => context.owns(this, topic, partition),
      release: (key, lost) => this.#release(key, lost),
    });
    this.#releases.found(context.found);
    this.#releases.start();
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

  status(): BusHealth {
    if (this.#failure) return { up: false, detail: this.#failure.message };
    return this.ready() ? { up: true, detail: 'consuming' } : { up: false, detail: 'closed' };
  }

  /** Lanes for a partition of which `window` is known; `advanced` is told of every step of its low water. */
  lanes(partition: LogPartition, window: LaneWindow, advanced: (lowWater: bigint) => void): PartitionLanes<unknown> {
    return new PartitionLanes(window, this.#work, this.#abort.signal, {
      advanced,
      paused: (error, attempt, waitMs) => this.#paused(partition, error, attempt, waitMs),
      failed: (error) => this.fail(error),
    });
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
    return this.#release(key, () => false);
  }

  close(deadlineMs = DEADLINE_MS): Promise<void> {
    this.#closed ??= this.#leave(deadlineMs);
    return this.#closed;
  }

  #release(key: string, lost: () => boolean): Promise<number> {
    const quiet = (parked: string): Promise<void> => this.#context.quiet(parked);
    return releaseKey(this.#work, key, { signal: this.#abort.signal, lost, quiet });
  }

  #paused({ topic, partition }: LogPartition, error: Error, attempt: number, waitMs: number): void {
    this.#context.observer.retried?.(topic, this.group);
    this.#context.logger.warn(
      { group: this.group, topic, partition, attempt, waitMs: Math.round(waitMs), error: error.message },
      'bus: partition pauses, infrastructure is away',
    );
  }

  async #leave(deadlineMs: number): Promise<void> {
    this.#state = 'closing';
    const releasesEnd = this.#releases.stop();
    await this.#context.leave(this, deadlineMs, releasesEnd);
    this.#abort.abort(new Error('subscription closed'));
    this.#state = 'closed';
  }
}
