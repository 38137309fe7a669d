import type { Clock } from '#libs/contracts';
import { DEAD_LETTER_RETENTION_MS, deadLetterTopic } from '../lanes/dead-letter.ts';
import { ParkedKeys } from '../lanes/parked-keys.ts';
import { LANE_LIMITS } from '../lanes/lane-work.ts';
import type { BusLogger } from '../logger.ts';
import { messageOfError } from '../lanes/error-kind.ts';
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
import type { ClusterClient, ClusterMember, TopicToEnsure } from './cluster-client.ts';
import { brokerAway } from './cluster-errors.ts';
import type { ClusterTopics } from './cluster-topics.ts';
import type { SerialProducer } from './serial-producer.ts';

const CLOSE_DEADLINE_MS = 10_000;
const PARTITIONS_AT_ONCE = 8;
/** How long an answer to `health` is believed, so that probes do not load the brokers. */
const HEALTH_MS = 2000;

export interface ClusterBusSettings {
  clock: Clock;
  logger: BusLogger;
  parking: ParkingLot;
  deadLetters: DeadLetterBox | undefined;
  observer: BusObserver;
  build: string;
  parkedKeysPerMinute: number;
  onCrash: ((error: Error, group: string) => void) | undefined;
}

/** The bus on Apache Kafka, whichever client library carries it. */
export class ClusterBus implements Bus, ConsumerHost {
  readonly #client: ClusterClient;
  readonly #topics: ClusterTopics;
  readonly #producer: SerialProducer;
  readonly #settings: ClusterBusSettings;
  readonly #members = new Set<ClusterMember>();
  readonly #parked = new Map<string, ParkedKeys>();
  #health: { at: number; answer: Promise<BusHealth> } | undefined;
  #closed: Promise<void> | undefined;

  constructor(client: ClusterClient, topics: ClusterTopics, producer: SerialProducer, settings: ClusterBusSettings) {
    this.#client = client;
    this.#topics = topics;
    this.#producer = producer;
    this.#settings = settings;
  }

  ensureTopics(topics: readonly TopicToEnsure[]): Promise<void> {
    return this.#topics.ensure(topics);
  }

  async publish(records: readonly BusRecord[]): Promise<void> {
    await this.#producer.publish(records);
  }

  async consume<T>(options: ConsumeOptions<T>): Promise<Subscription> {
    if (this.#closed) throw new Error('the bus is closed');
    const partitions = await this.#prepare(options.topics);
    const startAt = options.from === 'latest' ? await this.#topics.endsForNewGroup(options.group, options.topics) : [];
    const { clock, logger, observer, deadLetters: box, onCrash } = this.#settings;
    // A member never looks into the values, it hands them from its decoder to its handler; so their type may be forgotten here.
    const member = this.#client.member(options as ConsumeOptions<unknown>, {
      partitionsAtOnce: Math.min(PARTITIONS_AT_ONCE, partitions),
      clock,
      logger,
      limits: LANE_LIMITS,
      parked: this.#parkedKeys(options.group),
      box,
      observer,
      publish: (records) => this.publish(records),
      crashed: (error, group) => onCrash?.(error, group),
      closed: (closed) => {
        if (closed.failure() === undefined) this.#members.delete(closed);
      },
    });
    this.#members.add(member);
    try {
      await member.start(startAt);
    } catch (error) {
      await member.close();
      throw brokerAway(`joining group "${options.group}"`, error);
    }
    return member;
  }

  lag(group: string, topics: readonly string[]): Promise<PartitionLag[]> {
    return this.#topics.lag(group, topics, this.#settings.clock.now());
  }

  read(topic: string, partition: number, from: bigint, limit: number): Promise<BusMessage[]> {
    return this.#topics.read(topic, partition, from, limit);
  }

  health(): Promise<BusHealth> {
    const now = this.#settings.clock.now();
    if (!this.#health || now - this.#health.at > HEALTH_MS) this.#health = { at: now, answer: this.#ask() };
    return this.#health.answer;
  }

  consumers(): ConsumerStatus[] {
    return [...this.#members].map((member) => ({ group: member.group, topics: member.topics, ...member.status() }));
  }

  async drain(deadlineMs?: number): Promise<void> {
    await Promise.all([...this.#members].map((member) => member.close(deadlineMs)));
  }

  close(): Promise<void> {
    this.#closed ??= this.#shutDown();
    return this.#closed;
  }

  async #ask(): Promise<BusHealth> {
    if (this.#closed) return { up: false, detail: 'closed' };
    if (this.#producer.failure) return { up: false, detail: `publishing fails: ${this.#producer.failure.message}` };
    try {
      await this.#client.admin.ping();
      return { up: true, detail: 'kafka' };
    } catch (error) {
      return { up: false, detail: messageOfError(error) };
    }
  }

  /** Topics must exist; their dead-letter topics are made here. Returns the number of partitions of all topics. */
  async #prepare(topics: readonly string[]): Promise<number> {
    const missing = await this.#topics.missing([...topics, ...topics.map(deadLetterTopic)]);
    const undeclared = topics.filter((topic) => missing.includes(topic));
    if (undeclared.length > 0) {
      throw new Error(
        `topic ${undeclared.map((t) => `"${t}"`).join(', ')} does not exist: declare it with ensureTopics before use`,
      );
    }
    if (missing.length > 0) {
      await this.ensureTopics(missing.map((name) => ({ name, retentionMs: DEAD_LETTER_RETENTION_MS, partitions: 1 })));
    }
    return this.#topics.partitionsOf(topics);
  }

  #parkedKeys(group: string): ParkedKeys {
    const { parking: lot, clock, build, observer, parkedKeysPerMinute: limitPerMinute } = this.#settings;
    const keys = this.#parked.get(group) ?? new ParkedKeys({ group, lot, clock, build, limitPerMinute, observer });
    this.#parked.set(group, keys);
    return keys;
  }

  async #shutDown(): Promise<void> {
    await this.drain();
    await this.#producer.close(CLOSE_DEADLINE_MS);
    await this.#client.admin.close();
  }
}
