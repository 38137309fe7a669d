import type { Clock } from '#libs/contracts';
import { DEAD_LETTER_RETENTION_MS, deadLetterTopic } from '../lanes/dead-letter.ts';
import { ParkedKeys } from '../lanes/parked-keys.ts';
import { LANE_LIMITS } from '../lanes/lane-work.ts';
import type { BusLogger } from '../logger.ts';
import type {
  Bus,
  BusHealth,
  BusMessage,
  BusObserver,
  BusRecord,
  ConsumeOptions,
  ConsumerHost,
  ConsumerStatus,
  DeadLetterBox,
  ParkingLot,
  PartitionLag,
  Subscription,
} from '../port.ts';
import { checkRecord } from '../published-record.ts';
import { ConsumerGroup } from './consumer-group.ts';
import { GroupCommit } from './group-commit.ts';
import { GroupMember } from './group-member.ts';
import type { LogFile, LogPartition, LogTopic } from './log-file.ts';

const SAFETY_POLL_MS = 1000;
const SWEEP_MS = 60_000;

export interface EmbeddedBusSettings {
  clock: Clock;
  logger: BusLogger;
  parking: ParkingLot;
  deadLetters: DeadLetterBox | undefined;
  observer: BusObserver;
  build: string;
  parkedKeysPerMinute: number;
  onCrash: ((error: Error, group: string) => void) | undefined;
}

interface Group {
  consumers: ConsumerGroup;
  parked: ParkedKeys;
}

/** The bus on a durable log of its own: for one process on one machine. */
export class EmbeddedBus implements Bus, ConsumerHost {
  readonly #log: LogFile;
  readonly #settings: EmbeddedBusSettings;
  readonly #writer: GroupCommit;
  readonly #groups = new Map<string, Group>();
  readonly #timers: NodeJS.Timeout[];
  /** Opened and not closed by their owner; one that stopped by itself stays, so that readiness can tell. */
  readonly #members = new Set<GroupMember>();
  #closed: Promise<void> | undefined;

  constructor(log: LogFile, settings: EmbeddedBusSettings) {
    this.#log = log;
    this.#settings = settings;
    this.#writer = new GroupCommit(log, settings.clock, settings.logger, (grown) => this.#wake(grown));
    this.#timers = [
      setInterval(() => this.#wakeAll(), SAFETY_POLL_MS).unref(),
      setInterval(() => this.sweep(), SWEEP_MS).unref(),
    ];
  }

  async ensureTopics(topics: readonly { name: string; retentionMs: number; partitions: number }[]): Promise<void> {
    for (const { name, retentionMs, partitions } of topics) {
      const known = this.#log.topic(name);
      if (!known) {
        this.#log.createTopic(name, retentionMs, partitions);
      } else if (known.partitions.length !== partitions) {
        throw new Error(
          `topic "${name}" has ${known.partitions.length} partitions, the configuration says ${partitions}: keys would move. ` +
            `Set the configured count back to ${known.partitions.length}`,
        );
      } else if (known.retentionMs !== retentionMs) {
        this.#log.setRetention(name, retentionMs);
      }
    }
  }

  async publish(records: readonly BusRecord[]): Promise<void> {
    this.#refuseWhenClosed();
    for (const record of records) {
      checkRecord(record);
      if (record.bytes) throw new RangeError(`topic "${record.topic}": the embedded bus carries text, not bytes`);
      this.#topic(record.topic);
    }
    if (records.length > 0) await this.#writer.publish(records);
  }

  async consume<T>(options: ConsumeOptions<T>): Promise<Subscription> {
    this.#refuseWhenClosed();
    for (const topic of options.topics) {
      this.#topic(topic);
      if (!this.#log.topic(deadLetterTopic(topic)))
        this.#log.createTopic(deadLetterTopic(topic), DEAD_LETTER_RETENTION_MS, 1);
    }
    const { consumers, parked } = this.#group(options.group);
    const found = await parked.load();
    const { clock, logger, observer, deadLetters: box } = this.#settings;
    // A member never looks into the values, it hands them from its decoder to its handler; so their type may be forgotten here.
    const member = new GroupMember(options as ConsumeOptions<unknown>, {
      clock,
      logger,
      limits: LANE_LIMITS,
      parked,
      found,
      box,
      observer,
      owns: (owner, topic, partition) => consumers.owns(owner, topic, partition),
      quiet: (key) => consumers.quiet(key),
      publish: (records) => this.publish(records),
      leave: async (leaving, deadlineMs, releases) => {
        await consumers.leave(leaving, deadlineMs, releases);
        if (leaving.failure() === undefined) this.#members.delete(leaving);
      },
      crashed: (crashed, error) => this.#settings.onCrash?.(error, crashed.group),
    });
    this.#members.add(member);
    consumers.join(member, options.from ?? 'earliest');
    return member;
  }

  async lag(group: string, topics: readonly string[]): Promise<PartitionLag[]> {
    return topics.flatMap((topic) =>
      this.#topic(topic).partitions.map((partition) => {
        const position =
          this.#groups.get(group)?.consumers.position(partition) ??
          this.#log.committed(group, partition) ??
          partition.first;
        const committed = Math.max(position, partition.first);
        return {
          topic,
          partition: partition.partition,
          committed: BigInt(committed),
          end: BigInt(partition.end),
          messages: partition.end - committed,
          ...(committed < partition.end ? { oldestAt: this.#log.read(partition, committed, 1)[0]!.timestamp } : {}),
        };
      }),
    );
  }

  async read(topic: string, partition: number, from: bigint, limit: number): Promise<BusMessage[]> {
    const found = this.#topic(topic).partitions[partition];
    if (!found) throw new Error(`topic "${topic}" has no partition ${partition}`);
    return this.#log.read(found, Number(from), limit);
  }

  async health(): Promise<BusHealth> {
    if (this.#closed) return { up: false, detail: 'closed' };
    const { failure } = this.#writer;
    return failure ? { up: false, detail: failure.message } : { up: true, detail: 'embedded log' };
  }

  consumers(): ConsumerStatus[] {
    return [...this.#members].map((member) => ({
      group: member.group,
      topics: member.topics,
      ...member.status(),
    }));
  }

  async drain(deadlineMs?: number): Promise<void> {
    await Promise.all([...this.#members].map((member) => member.close(deadlineMs)));
  }

  close(): Promise<void> {
    this.#closed ??= this.#shutDown();
    return this.#closed;
  }

  /** Removes what topics no longer keep; runs by itself every minute. Returns how many records went. */
  sweep(): number {
    try {
      return this.#log.sweep(this.#settings.clock.now());
    } catch (error) {
      this.#settings.logger.error({ error: String(error) }, 'embedded bus: retention sweep failed');
      return 0;
    }
  }

  async #shutDown(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.drain();
    await this.#writer.close();
    await this.#log.close();
  }

  #topic(name: string): LogTopic {
    const topic = this.#log.topic(name);
    if (!topic) throw new Error(`topic "${name}" does not exist: declare it with ensureTopics before use`);
    return topic;
  }

  #group(name: string): Group {
    const known = this.#groups.get(name);
    if (known) return known;
    const { parking: lot, clock, build, observer, parkedKeysPerMinute: limitPerMinute } = this.#settings;
    const group: Group = {
      consumers: new ConsumerGroup(name, this.#log, {
        read: (partition, from, limit) => this.#log.read(partition, from, limit),
        finished: (partition, offset) => this.#writer.finished(name, partition, offset),
      }),
      parked: new ParkedKeys({ group: name, lot, clock, build, limitPerMinute, observer }),
    };
    this.#groups.set(name, group);
    return group;
  }

  #wake(grown: ReadonlySet<LogPartition>): void {
    for (const { consumers } of this.#groups.values()) {
      for (const partition of grown) consumers.wake(partition);
    }
  }

  #wakeAll(): void {
    for (const { consumers } of this.#groups.values()) consumers.wakeAll();
  }

  #refuseWhenClosed(): void {
    if (this.#closed) throw new Error('the bus is closed');
  }
}
