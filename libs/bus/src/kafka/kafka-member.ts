import type { Consumer, EachBatchPayload } from 'kafkajs';
import type { Clock } from '#libs/contracts';
import { crashPoint } from '#libs/contracts';
import { backoffMs } from '../lanes/backoff.ts';
import { deadLetterOf } from '../lanes/dead-letter.ts';
import { asError } from '../lanes/error-kind.ts';
import type { ParkedKeys } from '../lanes/parked-keys.ts';
import { PartitionProgress } from '../lanes/partition-progress.ts';
import { releaseKey } from '../lanes/replay-parked.ts';
import { type LaneLimits, type LaneOutcome, type LaneWork, runLanes } from '../lanes/run-lanes.ts';
import type { BusLogger } from '../logger.ts';
import type { BusRecord, ConsumeOptions, Subscription } from '../port.ts';
import type { StartPlace } from './kafka-admin.ts';
import { messageOf } from './kafka-message.ts';
import { OffsetCommits } from './offset-commits.ts';

const DEADLINE_MS = 10_000;
const HEARTBEAT_MS = 1000;

export interface KafkaMemberContext {
  consumer: Consumer;
  partitionsAtOnce: number;
  clock: Clock;
  logger: BusLogger;
  limits: LaneLimits;
  parked: ParkedKeys;
  publish(records: readonly BusRecord[]): Promise<void>;
  crashed(error: Error, group: string): void;
  closed(member: KafkaMember): void;
}

/** One subscription: a kafkajs consumer whose batches run through the lanes. */
export class KafkaMember implements Subscription {
  readonly joined: Promise<void>;
  readonly #options: ConsumeOptions<unknown>;
  readonly #context: KafkaMemberContext;
  readonly #work: LaneWork<unknown>;
  readonly #abort = new AbortController();
  readonly #timers = new Set<NodeJS.Timeout>();
  #progress = new Map<string, PartitionProgress>();
  #parkedLoaded: Promise<void> | undefined;
  #markJoined: () => void = () => {};
  #assigned = false;
  readonly #running = new Set<Promise<void>>();
  readonly #commits = new OffsetCommits();
  #closing = false;
  #failure: Error | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: ConsumeOptions<unknown>, context: KafkaMemberContext) {
    this.#options = options;
    this.#context = context;
    this.joined = new Promise((resolve) => {
      this.#markJoined = resolve;
    });
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

  /** Joins the group. `startAt`: places to begin at instead of the first record kept. */
  async start(startAt: readonly StartPlace[]): Promise<void> {
    const { consumer } = this.#context;
    this.#watch(consumer, startAt);
    await consumer.connect();
    await consumer.subscribe({ topics: [...this.#options.topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: this.#context.partitionsAtOnce,
      eachBatch: async (payload) => {
        const batch = this.#batch(payload);
        this.#running.add(batch);
        await batch.finally(() => this.#running.delete(batch));
      },
    });
  }

  ready(): boolean {
    return this.#assigned && !this.#closing && this.#failure === undefined;
  }

  failure(): Error | undefined {
    return this.#failure;
  }

  release(key: string): Promise<number> {
    const { decode, handler } = this.#work;
    return releaseKey(this.#context.parked, key, { decode, handler, signal: this.#abort.signal });
  }

  close(deadlineMs = DEADLINE_MS): Promise<void> {
    this.#closed ??= this.#leave(deadlineMs);
    return this.#closed;
  }

  #watch(consumer: Consumer, startAt: readonly StartPlace[]): void {
    let places = startAt;
    consumer.on(consumer.events.GROUP_JOIN, ({ payload: { memberAssignment } }) => {
      // Later joins begin where the group stands.
      for (const place of places) if (memberAssignment[place.topic]?.includes(place.partition)) consumer.seek(place);
      places = [];
      this.#assigned = true;
      this.#progress = new Map();
      this.#parkedLoaded = undefined;
      this.#markJoined();
    });
    consumer.on(consumer.events.REBALANCING, () => {
      this.#context.logger.info({ group: this.#options.group }, 'kafka: group rebalances');
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      this.#assigned = false;
      if (!payload.restart) this.#fail(asError(payload.error));
    });
  }

  /** Throws nothing but kafkajs's own heartbeat error, by which it rejoins its group. */
  async #batch(payload: EachBatchPayload): Promise<void> {
    let lost: unknown;
    const abort = new AbortController();
    const beat = setInterval(() => {
      payload.heartbeat().catch((error: unknown) => {
        lost ??= error;
        abort.abort(error);
      });
    }, HEARTBEAT_MS);
    try {
      this.#settle(
        payload,
        await this.#lanes(payload, AbortSignal.any([abort.signal, this.#abort.signal])),
        lost !== undefined,
      );
    } finally {
      clearInterval(beat);
    }
    if (lost !== undefined) {
      await this.#commits.now();
      throw lost;
    }
  }

  async #lanes(payload: EachBatchPayload, signal: AbortSignal): Promise<LaneOutcome> {
    const { batch } = payload;
    const messages = batch.messages.map((m) => messageOf(batch.topic, batch.partition, m));
    try {
      this.#parkedLoaded ??= this.#context.parked.load();
      await this.#parkedLoaded;
    } catch (error) {
      this.#parkedLoaded = undefined;
      return { next: messages[0]!.offset, transient: asError(error) };
    }
    return runLanes(messages, this.#progressOf(batch), this.#work, {
      signal,
      stopping: () => this.#closing || !payload.isRunning() || payload.isStale(),
    });
  }

  #settle(payload: EachBatchPayload, { next, transient, fatal }: LaneOutcome, lost: boolean): void {
    const { batch, resolveOffset } = payload;
    if (next > BigInt(batch.messages[0]!.offset)) {
      resolveOffset((next - 1n).toString());
      this.#commits.soon(payload);
    }
    if (fatal) {
      payload.pause();
      return this.#fail(fatal);
    }
    const progress = this.#progressOf(batch);
    if (!transient) {
      progress.attempt = 0;
    } else if (!lost && !this.#closing) {
      this.#pause(payload, progress, transient);
    }
  }

  #pause({ batch, pause }: EachBatchPayload, progress: PartitionProgress, error: Error): void {
    const waitMs = backoffMs(progress.attempt);
    progress.attempt += 1;
    this.#context.logger.warn(
      {
        group: this.#options.group,
        topic: batch.topic,
        partition: batch.partition,
        attempt: progress.attempt,
        waitMs: Math.round(waitMs),
        error: error.message,
      },
      'bus: partition pauses, infrastructure is away',
    );
    const resume = pause();
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      resume();
    }, waitMs);
    this.#timers.add(timer);
  }

  #progressOf({ topic, partition }: { topic: string; partition: number }): PartitionProgress {
    const id = `${topic}:${partition}`;
    const known = this.#progress.get(id) ?? new PartitionProgress();
    this.#progress.set(id, known);
    return known;
  }

  #fail(error: Error): void {
    if (this.#failure || this.#closing) return;
    this.#failure = error;
    const { group, topics } = this.#options;
    this.#context.logger.error({ group, topics, error: error.message }, 'bus: consumer stopped');
    void this.close();
    this.#context.crashed(error, group);
  }

  async #leave(deadlineMs: number): Promise<void> {
    this.#closing = true;
    for (const timer of this.#timers) clearTimeout(timer);
    const { consumer } = this.#context;
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, deadlineMs);
    });
    // kafkajs waits for running batches without end; after the deadline their signal tells them to give up.
    const finish = async (): Promise<void> => {
      await Promise.allSettled(this.#running);
      await this.#commits.now();
      await consumer.disconnect().catch(() => {});
    };
    await Promise.race([finish(), deadline]);
    clearTimeout(timer);
    this.#assigned = false;
    this.#abort.abort(new Error('subscription closed'));
    this.#context.closed(this);
  }
}
