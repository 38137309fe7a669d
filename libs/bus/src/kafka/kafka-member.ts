import type { Consumer, EachBatchPayload } from 'kafkajs';
import type { ClusterMember, MemberContext, StartPlace } from '../cluster/cluster-client.ts';
import { Assignment } from '../cluster/assignment.ts';
import { GroupWork } from '../cluster/group-work.ts';
import { SESSION_MS } from '../cluster/session.ts';
import { within } from '../cluster/within.ts';
import { asError } from '../lanes/error-kind.ts';
import type { LaneOutcome } from '../lanes/run-lanes.ts';
import type { BusHealth, ConsumeOptions } from '../port.ts';
import { messageOf } from './kafka-message.ts';
import { OffsetCommits } from './offset-commits.ts';

const DEADLINE_MS = 10_000;
const HEARTBEAT_MS = 1000;
/** kafkajs fetches nothing for any partition while a batch is in its hands: a slow one is taken out of them after this long. */
const HOLD_MS = 50;
/** For leaving the group once every batch has ended or was given up. */
const LEAVE_MS = 2000;

/** One subscription: a kafkajs consumer whose batches run through the lanes. */
export class KafkaMember implements ClusterMember {
  readonly joined: Promise<void>;
  readonly #options: ConsumeOptions<unknown>;
  readonly #consumer: Consumer;
  readonly #context: MemberContext;
  readonly #work: GroupWork;
  readonly #abort = new AbortController();
  /** Resolves when a close has waited long enough: a batch that hangs must not keep kafkajs from leaving the group. */
  readonly #givenUp = new Promise<undefined>((resolve) => {
    this.#abort.signal.addEventListener('abort', () => resolve(undefined));
  });
  readonly #timers = new Set<NodeJS.Timeout>();
  #markJoined: () => void = () => {};
  readonly #assignment: Assignment;
  /** By partition. A batch of a partition begins when the one before has ended, whatever happened to the membership meanwhile. */
  readonly #running = new Map<string, Promise<unknown>>();
  #tenure = new AbortController();
  readonly #commits = new OffsetCommits();
  #closing = false;
  #failure: Error | undefined;
  #closed: Promise<void> | undefined;

  constructor(consumer: Consumer, options: ConsumeOptions<unknown>, context: MemberContext) {
    this.#consumer = consumer;
    this.#options = options;
    this.#context = context;
    this.#assignment = new Assignment(context.clock, SESSION_MS * 2);
    this.#work = new GroupWork(options, context, (topic, partition) => this.#assignment.has(topic, partition));
    this.joined = new Promise((resolve) => {
      this.#markJoined = resolve;
    });
  }

  get group(): string {
    return this.#options.group;
  }

  get topics(): readonly string[] {
    return this.#options.topics;
  }

  async start(startAt: readonly StartPlace[]): Promise<void> {
    const consumer = this.#consumer;
    this.#watch(consumer, startAt);
    this.#work.start();
    await consumer.connect();
    await consumer.subscribe({ topics: [...this.#options.topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: this.#context.partitionsAtOnce,
      eachBatch: (payload) => this.#hold(payload),
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
    return this.#work.release(key);
  }

  close(deadlineMs = DEADLINE_MS): Promise<void> {
    this.#closed ??= this.#leave(deadlineMs);
    return this.#closed;
  }

  #watch(consumer: Consumer, startAt: readonly StartPlace[]): void {
    let places = startAt;
    consumer.on(consumer.events.GROUP_JOIN, ({ payload: { memberAssignment } }) => {
      // Later joins begin where the group stands.
      for (const { topic, partition, offset } of places) {
        if (memberAssignment[topic]?.includes(partition))
          consumer.seek({ topic, partition, offset: offset.toString() });
      }
      places = [];
      this.#endTenure();
      this.#assignment.joined(memberAssignment);
      this.#work.startAfresh();
      this.#context.logger.info({ group: this.#options.group }, 'kafka: joined the group');
      this.#markJoined();
    });
    for (const sign of [consumer.events.HEARTBEAT, consumer.events.FETCH] as const) {
      consumer.on(sign, () => this.#assignment.alive());
    }
    consumer.on(consumer.events.REBALANCING, () => {
      this.#assignment.rebalancing();
      this.#context.observer.rebalanced?.(this.#options.group);
      this.#context.logger.info({ group: this.#options.group }, 'kafka: group rebalances');
      this.#endTenure();
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      this.#assignment.gone();
      if (!payload.restart) this.#fail(asError(payload.error));
    });
  }

  /** What is still in work was begun for partitions that may be another's now: its result counts for nothing. */
  #endTenure(): void {
    this.#tenure.abort(new Error('the group rebalances'));
    this.#tenure = new AbortController();
  }

  /** Throws nothing but kafkajs's own heartbeat error, by which it rejoins its group. */
  async #hold(payload: EachBatchPayload): Promise<void> {
    const { topic, partition } = payload.batch;
    const id = `${topic}:${partition}`;
    const before = this.#running.get(id) ?? Promise.resolve();
    const batch = before.then(() => this.#batch(payload, this.#tenure.signal));
    const ended = batch
      .catch(() => {})
      .finally(() => {
        if (this.#running.get(id) === ended) this.#running.delete(id);
      });
    this.#running.set(id, ended);
    if (await endsWithin(HOLD_MS, ended)) {
      await batch;
      return;
    }
    const resume = payload.pause();
    // A lost membership is found by kafkajs itself, which goes on fetching; resumed in any case, since a pause outlives a rebalance.
    batch.then(
      (pausing) => {
        if (!pausing) resume();
      },
      () => resume(),
    );
  }

  /** Resolves with whether the partition stays paused for a while. */
  async #batch(payload: EachBatchPayload, tenure: AbortSignal): Promise<boolean> {
    let lost: unknown;
    const abort = new AbortController();
    const beat = setInterval(() => {
      payload.heartbeat().catch((error: unknown) => {
        lost ??= error;
        abort.abort(error);
      });
    }, HEARTBEAT_MS);
    let pausing = false;
    try {
      const lanes = this.#lanes(payload, AbortSignal.any([abort.signal, tenure, this.#abort.signal]));
      const outcome = await Promise.race([lanes, this.#givenUp]);
      if (outcome && !tenure.aborted) pausing = this.#settle(payload, outcome, lost !== undefined);
    } finally {
      clearInterval(beat);
    }
    if (lost !== undefined) {
      await this.#commits.now();
      throw lost;
    }
    return pausing;
  }

  #lanes(payload: EachBatchPayload, signal: AbortSignal): Promise<LaneOutcome> {
    const { batch } = payload;
    return this.#work.run(
      batch.messages.map((m) => messageOf(batch.topic, batch.partition, m)),
      { signal, stopping: () => this.#closing || !payload.isRunning() || payload.isStale() },
    );
  }

  #settle(payload: EachBatchPayload, outcome: LaneOutcome, lost: boolean): boolean {
    const { batch, resolveOffset } = payload;
    const { next, transient, fatal } = outcome;
    if (next > BigInt(batch.messages[0]!.offset)) {
      resolveOffset((next - 1n).toString());
      this.#commits.soon(payload);
    }
    if (fatal) {
      payload.pause();
      this.#fail(fatal);
      return true;
    }
    if (transient && (lost || this.#closing)) return false;
    const waitMs = this.#work.pauseAfter(batch, outcome);
    if (waitMs > 0) this.#pause(payload, waitMs);
    return waitMs > 0;
  }

  #pause({ pause }: EachBatchPayload, waitMs: number): void {
    const resume = pause();
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      resume();
    }, waitMs);
    this.#timers.add(timer);
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
    const releasesEnd = this.#work.stop();
    const consumer = this.#consumer;
    // kafkajs waits for running batches without end; after the deadline they are given up.
    const finish = async (): Promise<void> => {
      await Promise.race([Promise.allSettled([releasesEnd, ...this.#running.values()]), this.#givenUp]);
      await this.#commits.now();
      await consumer.disconnect().catch(() => {});
    };
    const finished = finish();
    await within(deadlineMs, finished, 'handlers went on').catch(() => {});
    const reason = new Error('subscription closed');
    this.#abort.abort(reason);
    this.#work.abort(reason);
    await within(LEAVE_MS, finished, 'leaving the group was not answered').catch(() => {});
    this.#assignment.gone();
    this.#context.closed(this);
  }
}

async function endsWithin(ms: number, promise: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const ended = await Promise.race([promise.then(() => true), tooLong]);
  clearTimeout(timer);
  return ended;
}
