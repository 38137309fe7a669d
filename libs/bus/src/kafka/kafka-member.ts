import type { Consumer, EachBatchPayload } from 'kafkajs';
import type { Clock } from '#libs/contracts';
import { AskedReleases } from '../lanes/asked-releases.ts';
import { backoffMs } from '../lanes/backoff.ts';
import { deadLetterer } from '../lanes/dead-letter.ts';
import { asError } from '../lanes/error-kind.ts';
import type { ParkedKeys } from '../lanes/parked-keys.ts';
import { PartitionProgress } from '../lanes/partition-progress.ts';
import { releaseKey } from '../lanes/replay-parked.ts';
import { type LaneLimits, type LaneOutcome, type LaneWork, runLanes } from '../lanes/run-lanes.ts';
import type { BusLogger } from '../logger.ts';
import type { BusHealth, BusObserver, BusRecord, ConsumeOptions, DeadLetterBox, Subscription } from '../port.ts';
import type { StartPlace } from './kafka-admin.ts';
import { Assignment } from './assignment.ts';
import { messageOf } from './kafka-message.ts';
import { OffsetCommits } from './offset-commits.ts';

const DEADLINE_MS = 10_000;
const HEARTBEAT_MS = 1000;
/** For leaving the group once every batch has ended or was given up. */
const LEAVE_MS = 2000;

export interface KafkaMemberContext {
  consumer: Consumer;
  partitionsAtOnce: number;
  sessionMs: number;
  clock: Clock;
  logger: BusLogger;
  limits: LaneLimits;
  parked: ParkedKeys;
  box: DeadLetterBox | undefined;
  observer: BusObserver;
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
  /** Resolves when a close has waited long enough: a batch that hangs must not keep kafkajs from leaving the group. */
  readonly #givenUp = new Promise<undefined>((resolve) => {
    this.#abort.signal.addEventListener('abort', () => resolve(undefined));
  });
  readonly #timers = new Set<NodeJS.Timeout>();
  #progress = new Map<string, PartitionProgress>();
  #parkedLoaded: Promise<void> | undefined;
  #markJoined: () => void = () => {};
  readonly #assignment: Assignment;
  readonly #releases: AskedReleases;
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
    const { clock, limits, parked, logger, box, observer } = context;
    const { group } = options;
    const publish = (records: readonly BusRecord[]): Promise<void> => context.publish(records);
    this.#work = {
      decode: options.decode,
      handler: options.handler,
      parked,
      deadLetter: deadLetterer({ group, build: parked.build, clock, logger, publish, box, observer }),
      clock,
      limits,
    };
    this.#assignment = new Assignment(clock, context.sessionMs * 2);
    this.#releases = new AskedReleases({
      parked,
      logger,
      owns: (topic, partition) => this.#assignment.has(topic, partition),
      release: (key, lost) => releaseKey(this.#work, key, { signal: this.#abort.signal, lost }),
    });
  }

  get group(): string {
    return this.#options.group;
  }

  get topics(): readonly string[] {
    return this.#options.topics;
  }

  /** Joins the group. `startAt`: places to begin at instead of the first record kept. */
  async start(startAt: readonly StartPlace[]): Promise<void> {
    const { consumer } = this.#context;
    this.#watch(consumer, startAt);
    this.#releases.start();
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
    return this.status().up;
  }

  status(): BusHealth {
    if (this.#failure) return { up: false, detail: this.#failure.message };
    if (this.#closing) return { up: false, detail: 'closed' };
    return this.#assignment.status();
  }

  failure(): Error | undefined {
    return this.#failure;
  }

  release(key: string): Promise<number> {
    return releaseKey(this.#work, key, { signal: this.#abort.signal, lost: () => false });
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
      this.#assignment.joined(memberAssignment);
      this.#progress = new Map();
      this.#parkedLoaded = undefined;
      this.#loadParked().catch(() => {});
      this.#markJoined();
    });
    for (const sign of [consumer.events.HEARTBEAT, consumer.events.FETCH] as const) {
      consumer.on(sign, () => this.#assignment.alive());
    }
    consumer.on(consumer.events.REBALANCING, () => {
      this.#assignment.rebalancing();
      this.#context.observer.rebalanced?.(this.#options.group);
      this.#context.logger.info({ group: this.#options.group }, 'kafka: group rebalances');
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      this.#assignment.gone();
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
      const lanes = this.#lanes(payload, AbortSignal.any([abort.signal, this.#abort.signal]));
      const outcome = await Promise.race([lanes, this.#givenUp]);
      if (outcome) this.#settle(payload, outcome, lost !== undefined);
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
      await this.#loadParked();
    } catch (error) {
      return { next: messages[0]!.offset, transient: asError(error) };
    }
    return runLanes(messages, this.#progressOf(batch), this.#work, {
      signal,
      stopping: () => this.#closing || !payload.isRunning() || payload.isStale(),
    });
  }

  /** Once per assignment, before its first batch. Rejects when the lot cannot be asked; the next call asks again. */
  #loadParked(): Promise<void> {
    if (this.#parkedLoaded) return this.#parkedLoaded;
    const loading = this.#context.parked.load().then((keys) => this.#releases.found(keys));
    this.#parkedLoaded = loading;
    loading.catch(() => {
      if (this.#parkedLoaded === loading) this.#parkedLoaded = undefined;
    });
    return loading;
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
    this.#context.observer.retried?.(batch.topic, this.#options.group);
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
    const releasesEnd = this.#releases.stop();
    const { consumer } = this.#context;
    // kafkajs waits for running batches without end; after the deadline they are given up.
    const finish = async (): Promise<void> => {
      await Promise.race([Promise.allSettled([releasesEnd, ...this.#running]), this.#givenUp]);
      await this.#commits.now();
      await consumer.disconnect().catch(() => {});
    };
    const finished = finish();
    await within(deadlineMs, finished);
    this.#abort.abort(new Error('subscription closed'));
    await within(LEAVE_MS, finished);
    this.#assignment.gone();
    this.#context.closed(this);
  }
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, deadline]);
  clearTimeout(timer);
}
