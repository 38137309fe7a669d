import type { Consumer, EachBatchPayload } from 'kafkajs';
import type { ClusterMember, MemberContext, StartPlace } from '../cluster/cluster-client.ts';
import { Assignment } from '../cluster/assignment.ts';
import { GroupWork } from '../cluster/group-work.ts';
import { LowWaterCommits } from '../cluster/low-water-commits.ts';
import { SESSION_MS } from '../cluster/session.ts';
import { within } from '../cluster/within.ts';
import { asError } from '../lanes/error-kind.ts';
import type { BusHealth, BusPosition, ConsumeOptions } from '../port.ts';
import { messageOf } from './kafka-message.ts';
import { isMembershipLost } from './kafkajs-errors.ts';
import { StaleFetches } from './stale-fetches.ts';

const DEADLINE_MS = 10_000;
const HEARTBEAT_MS = 1000;
/** kafkajs fetches nothing for any partition while a batch is in its hands: a slow one is taken out of them after this long. */
const HOLD_MS = 50;
/** For the last commit and for leaving the group, once every call has ended or was given up. */
const LEAVE_MS = 2000;

/** One subscription: a kafkajs consumer whose batches run through the lanes. */
export class KafkaMember implements ClusterMember {
  readonly joined: Promise<void>;
  readonly #options: ConsumeOptions<unknown>;
  readonly #consumer: Consumer;
  readonly #context: MemberContext;
  readonly #work: GroupWork;
  readonly #assignment: Assignment;
  readonly #commits = new LowWaterCommits((offsets) => this.#commit(offsets));
  readonly #stale = new StaleFetches();
  /** Of the last batch that kafkajs handed out: its functions speak for the consumer, not for the batch. */
  #payload: EachBatchPayload | undefined;
  #beat: NodeJS.Timeout | undefined;
  /** A heartbeat was told that the membership is gone, and kafkajs has not joined again yet. */
  #lost = false;
  #markJoined: () => void = () => {};
  #closing = false;
  #failure: Error | undefined;
  #closed: Promise<void> | undefined;

  constructor(consumer: Consumer, options: ConsumeOptions<unknown>, context: MemberContext) {
    this.#consumer = consumer;
    this.#options = options;
    this.#context = context;
    this.#assignment = new Assignment(context.clock, SESSION_MS * 2);
    this.#work = new GroupWork(options, context, {
      owns: (topic, partition) => !this.#lost && this.#assignment.has(topic, partition),
      advanced: ({ topic, partition, offset }) => this.#commits.soon(topic, partition, offset),
      failed: (error) => this.#fail(error),
    });
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
    this.#beat = setInterval(() => this.#heartbeat(), HEARTBEAT_MS);
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
      this.#lost = false;
      this.#commits.forget();
      this.#assignment.joined(memberAssignment);
      this.#stale.assigned(this.#work.startAfresh(new Error('the group was dealt anew')));
      this.#context.logger.info({ group: this.#options.group }, 'kafka: joined the group');
      this.#markJoined();
    });
    consumer.on(consumer.events.FETCH, () => this.#assignment.alive());
    consumer.on(consumer.events.HEARTBEAT, () => {
      this.#assignment.alive();
      if (this.#lost) this.#goOn();
    });
    consumer.on(consumer.events.REBALANCING, () => {
      this.#assignment.rebalancing();
      this.#context.observer.rebalanced?.(this.#options.group);
      this.#context.logger.info({ group: this.#options.group }, 'kafka: group rebalances');
      void this.#commits.now();
      this.#work.giveUp(new Error('the group rebalances'));
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      this.#assignment.gone();
      if (!payload.restart) this.#fail(asError(payload.error));
    });
  }

  /**
   * The lanes have what they were given, so kafkajs reads on behind it at once; what is committed is theirs to say. A batch that takes
   * longer is let go and its partition paused until the lanes take more. Never rejects.
   */
  async #hold(payload: EachBatchPayload): Promise<void> {
    this.#payload = payload;
    const { topic, partition, messages } = payload.batch;
    if (this.#closing) return void payload.pause();
    if (this.#lost || payload.isStale() || !this.#assignment.has(topic, partition)) return;
    const instead = this.#stale.seekInstead(topic, partition, BigInt(messages[0]!.offset));
    if (instead !== undefined) return this.#consumer.seek({ topic, partition, offset: instead.toString() });
    payload.resolveOffset(messages.at(-1)!.offset);
    const batch = messages.map((message) => messageOf(topic, partition, message));
    const taken = this.#work.lanes(topic, partition).takeAll(batch);
    if (await endsWithin(HOLD_MS, taken)) return;
    const resume = payload.pause();
    // In any case, since a pause outlives a rebalance.
    void taken.then(resume);
  }

  /** Calls may take longer than kafkajs, which beats between fetches, waits for a broker. */
  #heartbeat(): void {
    if (!this.#work.busy) return;
    this.#payload?.heartbeat().catch((error: unknown) => {
      if (!isMembershipLost(error)) return;
      this.#lost = true;
      this.#work.giveUp(asError(error));
    });
  }

  /** kafkajs meets the same error at its next beat and joins again; unless the broker has thought better of it, as here. */
  #goOn(): void {
    this.#lost = false;
    for (const { topic, partition, lowWater } of this.#work.startAfresh(new Error('begins again'))) {
      this.#consumer.seek({ topic, partition, offset: lowWater.toString() });
    }
  }

  async #commit(offsets: readonly BusPosition[]): Promise<void> {
    const topics = [...Map.groupBy(offsets, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
      topic,
      partitions: ofTopic.map(({ partition, offset }) => ({ partition, offset: offset.toString() })),
    }));
    await this.#payload?.commitOffsetsIfNecessary({ topics });
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
    await within(deadlineMs, this.#work.stop(), 'handlers went on').catch(() => {});
    this.#work.abort(new Error('subscription closed'));
    const left = this.#commits.now().then(() => this.#consumer.disconnect().catch(() => {}));
    await within(LEAVE_MS, left, 'leaving the group was not answered').catch(() => {});
    clearInterval(this.#beat);
    this.#commits.close();
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
