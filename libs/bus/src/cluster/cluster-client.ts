import type { Clock } from '#libs/contracts';
import type { ParkedKeys } from '../lanes/parked-keys.ts';
import type { LaneLimits } from '../lanes/lane-work.ts';
import type { BusLogger } from '../logger.ts';
import type { BusMessage, BusObserver, BusRecord, ConsumeOptions, DeadLetterBox, Subscription } from '../port.ts';
import type { OffsetsAt } from './oldest-record.ts';

/** What a client library of Kafka is asked for. Everything else of the bus on a cluster is the same whichever library it is. */
export interface ClusterClient {
  readonly admin: ClusterAdmin;
  /** Connects a sender. `struggling` is told of each try of a send that failed and is repeated inside the library. */
  openSender(struggling: (error: Error) => void): Promise<RecordSender>;
  /** The broker will say the same again however often these records are sent. */
  isRefusal(error: unknown): boolean;
  member(options: ConsumeOptions<unknown>, context: MemberContext): ClusterMember;
}

/** One idempotent producer, acks from all in-sync replicas. Never called while a send is under way. */
export interface RecordSender {
  /** Resolves when all are durable. After a rejection the very same records come again. */
  send(records: readonly BusRecord[]): Promise<void>;
  /** Also ends a send under way. Never rejects. */
  close(): Promise<void>;
}

export interface TopicToEnsure {
  name: string;
  retentionMs: number;
  partitions: number;
}

export interface PartitionEdges {
  partition: number;
  /** First offset kept. */
  low: bigint;
  /** Next offset to be written. */
  high: bigint;
}

/** A place to begin at instead of the first record kept. */
export interface StartPlace {
  topic: string;
  partition: number;
  offset: bigint;
}

/** Questions to the cluster, over a connection opened when first needed. All reject with `TransientError`. */
export interface ClusterAdmin {
  topicNames(): Promise<string[]>;
  /** Asks for topics; one that exists by now is left as it is. */
  createTopics(topics: readonly TopicToEnsure[]): Promise<void>;
  partitionCounts(topics: readonly string[]): Promise<Map<string, number>>;
  /** What a group committed, by topic and partition; -1 where it never did. */
  committed(group: string, topics: readonly string[]): Promise<Map<string, Map<number, bigint>>>;
  edges(topic: string): Promise<PartitionEdges[]>;
  offsetsAt: OffsetsAt;
  /** Reads the records of [start, end), at most `limit`, without leaving a trace. */
  read(place: ReadPlace): Promise<BusMessage[]>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface ReadPlace {
  topic: string;
  partition: number;
  start: bigint;
  end: bigint;
  limit: number;
}

export interface MemberContext {
  /** Partitions worked on at the same time. */
  partitionsAtOnce: number;
  clock: Clock;
  logger: BusLogger;
  limits: LaneLimits;
  parked: ParkedKeys;
  box: DeadLetterBox | undefined;
  observer: BusObserver;
  publish(records: readonly BusRecord[]): Promise<void>;
  crashed(error: Error, group: string): void;
  closed(member: ClusterMember): void;
}

export interface ClusterMember extends Subscription {
  readonly group: string;
  readonly topics: readonly string[];
  /** Joins the group; resolves when joined. */
  start(startAt: readonly StartPlace[]): Promise<void>;
}
