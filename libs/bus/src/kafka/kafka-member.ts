import type { Consumer, EachBatchPayload } from 'kafkajs';
import type { ClusterMember, MemberContext, StartPlace } from '../cluster/cluster-client.ts';
import { GroupWork } from '../cluster/group-work.ts';
import { asError } from '../lanes/error-kind.ts';
import type { LaneOutcome } from '../lanes/run-lanes.ts';
import type { ConsumeOptions } from '../port.ts';
import { messageOf } from './kafka-message.ts';
import { OffsetCommits } from './offset-commits.ts';

const DEADLINE_MS = 10_000;
const HEARTBEAT_MS = 1000;

/** One subscription: a kafkajs consumer whose batches run through the lanes. */
export class KafkaMember implements ClusterMember {
  readonly joined: Promise<void>;
  readonly #options: ConsumeOptions<unknown>;
  readonly #consumer: Consumer;
  readonly #context: MemberContext;
  readonly #work: GroupWork;
  readonly #abort = new AbortController();
  readonly #timers = new Set<NodeJS.Timeout>();
  #markJoined: () => void = () => {};
  #assigned = false;
  readonly #running = new Set<Promise<void>>();
  readonly #commits = new OffsetCommits();
  #closing = false;
  #failure: Error | undefined;
  #closed: Promise<void> | undefined;

  constructor(consumer: Consumer, options: ConsumeOptions<unknown>, context: MemberContext) {
    this.#consumer = consumer;
    this.#options = options;
    this.#context = context;
    this.#work = new GroupWork(options, context);
    this.joined = new Promise((resolve) => {
      this.#markJoined = resolve;
    });
  }

  async start(startAt: readonly StartPlace[]): Promise<void> {
    const consumer = this.#consumer;
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
    return this.#work.release(key, this.#abort.signal);
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
      this.#assigned = true;
      this.#work.startAfresh();
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

  #lanes(payload: EachBatchPayload, signal: AbortSignal): Promise<LaneOutcome> {
    const { batch } = payload;
    return this.#work.run(
      batch.messages.map((m) => messageOf(batch.topic, batch.partition, m)),
      { signal, stopping: () => this.#closing || !payload.isRunning() || payload.isStale() },
    );
  }

  #settle(payload: EachBatchPayload, outcome: LaneOutcome, lost: boolean): void {
    const { batch, resolveOffset } = payload;
    const { next, transient, fatal } = outcome;
    if (next > BigInt(batch.messages[0]!.offset)) {
      resolveOffset((next - 1n).toString());
      this.#commits.soon(payload);
    }
    if (fatal) {
      payload.pause();
      return this.#fail(fatal);
    }
    if (transient && (lost || this.#closing)) return;
    const waitMs = this.#work.pauseAfter(batch, outcome);
    if (waitMs > 0) this.#pause(payload, waitMs);
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
    const consumer = this.#consumer;
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
