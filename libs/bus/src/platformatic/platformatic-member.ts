import { ConnectionPool, Consumer, type GroupAssignment, ListOffsetTimestamps } from '@platformatic/kafka';
import type { ClusterMember, MemberContext, StartPlace } from '../cluster/cluster-client.ts';
import { Assignment } from '../cluster/assignment.ts';
import { GroupWork } from '../cluster/group-work.ts';
import { LowWaterCommits } from '../cluster/low-water-commits.ts';
import { REBALANCE_MS, SESSION_MS } from '../cluster/session.ts';
import { backoffMs } from '../lanes/backoff.ts';
import { asError, messageOfError } from '../lanes/error-kind.ts';
import type { PartitionLanes } from '../lanes/partition-lanes.ts';
import type { BusHealth, ConsumeOptions } from '../port.ts';
import type { Connecting } from './connecting.ts';
import { type FetchedPartition, idOf } from './fetched-partition.ts';
import { GroupMembership } from './group-membership.ts';
import { PartitionFetches } from './partition-fetches.ts';
import { Sleepers } from './sleepers.ts';
import { within } from '../cluster/within.ts';

const DEADLINE_MS = 10_000;
const COMMIT_DEADLINE_MS = 2000;
/** The library sends no heartbeats while it is about to join, so what is in work has less than a session. */
const GIVE_UP_MS = 8000;
const FETCH_TIMEOUT_MS = 10_000;

/** What is this member's between two rebalances. */
interface Tenure {
  lost: boolean;
  partitions: FetchedPartition[];
}

/** One subscription: the library's consumer for the group, our own fetches, and the lanes. */
export class PlatformaticMember implements ClusterMember {
  readonly joined: Promise<void>;
  readonly #options: ConsumeOptions<unknown>;
  readonly #context: MemberContext;
  readonly #assignment: Assignment;
  readonly #work: GroupWork;
  readonly #membership: GroupMembership;
  readonly #fetches: PartitionFetches;
  readonly #commits: LowWaterCommits;
  readonly #sleepers = new Sleepers();
  /** Partitions whose lanes were given messages and have not asked for more, whichever tenure they were of. */
  readonly #turns = new Map<string, PartitionLanes<unknown>>();
  #tenure: Tenure | undefined;
  #startAt: readonly StartPlace[] = [];
  #markJoined: () => void = () => {};
  #failStart: (error: Error) => void = () => {};
  #closing = false;
  #failure: Error | undefined;
  #closed: Promise<void> | undefined;

  constructor(connecting: Connecting, options: ConsumeOptions<unknown>, context: MemberContext) {
    this.#options = options;
    this.#context = context;
    this.#assignment = new Assignment(context.clock, SESSION_MS * 2);
    this.#work = new GroupWork(options, context, {
      owns: (topic, partition) => this.#assignment.has(topic, partition),
      // Without a tenure the partition may be another's by now.
      advanced: ({ topic, partition, offset }) => this.#tenure && this.#commits.soon(topic, partition, offset),
      failed: (error) => this.#fail(error),
      rests: () => this.#pump(),
    });
    this.joined = new Promise((resolve) => {
      this.#markJoined = resolve;
    });
    this.#membership = new GroupMembership({
      create: (beforeJoin) => consumerOf(connecting, options.group, beforeJoin),
      group: options.group,
      logger: context.logger,
      assigned: (partitions) => this.#begin(partitions),
      giveUp: () => this.#giveUp(),
      expired: () => this.#loseTenure(new Error('the session of this member ran out')),
      alive: () => this.#assignment.alive(),
      refused: (error) => this.#fail(error),
    });
    const { consumer } = this.#membership;
    this.#commits = new LowWaterCommits((offsets) =>
      consumer.commit({ offsets: offsets.map((place) => ({ ...place, leaderEpoch: -1 })) }),
    );
    this.#fetches = new PartitionFetches({
      consumer,
      pool: new ConnectionPool(connecting.clientId, { ...connecting, requestTimeout: FETCH_TIMEOUT_MS }),
      logger: context.logger,
      arrived: () => this.#pump(),
      broke: (error) => this.#fail(asError(error)),
    });
  }

  get group(): string {
    return this.#options.group;
  }

  get topics(): readonly string[] {
    return this.#options.topics;
  }

  async start(startAt: readonly StartPlace[]): Promise<void> {
    this.#work.start();
    this.#startAt = startAt;
    this.#membership.consumer.topics.trackAll(...this.#options.topics);
    const failed = new Promise<never>((_resolve, reject) => {
      this.#failStart = reject;
    });
    this.#membership.join();
    await Promise.race([this.joined, failed]);
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

  #begin(assignments: readonly GroupAssignment[]): void {
    const tenure: Tenure = { lost: false, partitions: [] };
    this.#tenure = tenure;
    this.#assignment.joined(Object.fromEntries(assignments.map(({ topic, partitions }) => [topic, partitions])));
    this.#work.startAfresh(new Error('the group was dealt anew'));
    this.#markJoined();
    void this.#fetchFor(tenure, assignments);
  }

  async #fetchFor(tenure: Tenure, assignments: readonly GroupAssignment[]): Promise<void> {
    for (let attempt = 0; this.#tenure === tenure && !this.#closing; attempt += 1) {
      try {
        const partitions = await this.#placesOf(assignments.filter(({ partitions: some }) => some.length > 0));
        if (this.#tenure !== tenure || this.#closing) return;
        tenure.partitions = partitions;
        return this.#fetches.assign(partitions);
      } catch (error) {
        if (this.#tenure !== tenure || this.#closing) return;
        const { group } = this.#options;
        this.#context.logger.warn({ group, attempt, error: messageOfError(error) }, 'kafka: reading offsets failed');
        await this.#sleepers.sleep(backoffMs(attempt));
      }
    }
  }

  /** Where the group stands, or where a new group begins. */
  async #placesOf(assignments: readonly GroupAssignment[]): Promise<FetchedPartition[]> {
    if (assignments.length === 0) return [];
    const { consumer } = this.#membership;
    const committed = await consumer.listCommittedOffsets({ topics: [...assignments] });
    const first = await consumer.listOffsets({
      topics: assignments.map(({ topic }) => topic),
      timestamp: ListOffsetTimestamps.EARLIEST,
    });
    return assignments.flatMap(({ topic, partitions }) =>
      partitions.map((partition) => {
        const stored = committed.get(topic)?.[partition] ?? -1n;
        const chosen = this.#startAt.find((place) => place.topic === topic && place.partition === partition);
        const position = stored >= 0n ? stored : (chosen?.offset ?? first.get(topic)?.[partition] ?? 0n);
        return { topic, partition, position, waiting: [], again: false };
      }),
    );
  }

  /** Gives a turn to whatever has something to do, the longest waiting first. */
  #pump(): void {
    const tenure = this.#tenure;
    if (!tenure || this.#closing || tenure.lost) return;
    for (const partition of tenure.partitions) {
      const active = [...this.#turns.values()].filter(({ resting }) => !resting).length;
      if (active >= this.#context.partitionsAtOnce) return;
      if ((partition.waiting.length > 0 || partition.again) && !this.#turns.has(idOf(partition))) {
        void this.#turn(tenure, partition);
      }
    }
  }

  async #turn(tenure: Tenure, partition: FetchedPartition): Promise<void> {
    const id = idOf(partition);
    const batch = partition.waiting;
    partition.waiting = [];
    this.#fetches.wake();
    // Whoever was served goes to the end of the queue.
    tenure.partitions = [...tenure.partitions.filter((other) => other !== partition), partition];
    const lanes = this.#work.lanes(partition.topic, partition.partition);
    this.#turns.set(id, lanes);
    partition.again = await lanes.take(batch);
    this.#turns.delete(id);
    this.#pump();
  }

  #loseTenure(reason: Error): void {
    if (this.#tenure) this.#tenure.lost = true;
    this.#work.giveUp(reason);
  }

  /** Before each join: nothing may be worked on here any more when another member gets it. */
  async #giveUp(): Promise<void> {
    const tenure = this.#tenure;
    if (!tenure) return;
    this.#assignment.rebalancing();
    this.#context.observer.rebalanced?.(this.#options.group);
    this.#loseTenure(new Error('the group rebalances'));
    this.#fetches.assign([]);
    await within(GIVE_UP_MS, this.#work.idle(), 'handlers went on').catch(() => {});
    await within(COMMIT_DEADLINE_MS, this.#commits.now(), 'the commit was not answered').catch(() => {});
    this.#commits.forget();
    this.#tenure = undefined;
  }

  #fail(error: Error): void {
    if (this.#failure || this.#closing) return;
    this.#failure = error;
    const { group, topics } = this.#options;
    this.#context.logger.error({ group, topics, error: error.message }, 'bus: consumer stopped');
    void this.close();
    this.#failStart(error);
    this.#context.crashed(error, group);
  }

  async #leave(deadlineMs: number): Promise<void> {
    this.#closing = true;
    this.#sleepers.wakeAll();
    await within(deadlineMs, this.#work.stop(), 'handlers went on').catch(() => {});
    await within(COMMIT_DEADLINE_MS, this.#commits.now(), 'the commit was not answered').catch(() => {});
    this.#commits.close();
    this.#work.abort(new Error('subscription closed'));
    this.#assignment.gone();
    this.#tenure = undefined;
    await this.#fetches.stop();
    await this.#membership.close();
    this.#markJoined();
    this.#context.closed(this);
  }
}

function consumerOf(connecting: Connecting, group: string, beforeJoin: () => Promise<void>): Consumer {
  return new Consumer({
    ...connecting,
    groupId: group,
    sessionTimeout: SESSION_MS,
    heartbeatInterval: 1000,
    heartbeatStallTimeout: SESSION_MS,
    rebalanceTimeout: REBALANCE_MS,
    // A join is answered when all members have joined. One that is cut before is simply asked again, under the same member id.
    requestTimeout: 20_000,
    // kafkajs's name for the same: members of both clients can be in one group while a deployment rolls.
    protocols: [{ name: 'RoundRobinAssigner', version: 0 }],
    protocolsMetadata: async () => {
      await beforeJoin();
      return Buffer.alloc(0);
    },
    // The library would repeat a failed commit after joining again, for partitions that may be another's by then.
    retries: 0,
  });
}
