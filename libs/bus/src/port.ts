/**
 * The event bus as the rest of Seaway sees it. Two adapters (kafka/, embedded/) pass one contract suite. Delivery is at
 * least once, in order per key; a handler does store work only, so it is fast and a slow provider holds no partition. One that is
 * slow all the same holds up its own key, and others only when many keys of a partition are slow at once.
 */
export interface BusRecord {
  topic: string;
  key: string;
  /** JSON text. */
  value: string;
  /** Sent in place of `value`: for what is no text, when it is replayed. The embedded bus carries text only and refuses it. */
  bytes?: Uint8Array;
  headers?: Readonly<Record<string, string>>;
}

/** Where a record lies; unique and ordered within (topic, partition). */
export interface BusPosition {
  topic: string;
  partition: number;
  offset: bigint;
}

export interface BusMessage extends BusPosition {
  key: string;
  /** Undecoded; `decode` of the subscription turns it into a value or throws `UndecodableError`. */
  value: string;
  /** The exact bytes, where they are no UTF-8 and `value` is only how they read; no codec should accept such a one. */
  bytes?: Uint8Array;
  headers: Readonly<Record<string, string>>;
  /** When the bus accepted it, milliseconds since 1970. */
  timestamp: number;
}

/** What a handler gets: the waiting messages of one key, in order, to be folded into one commit. At most 64. */
export interface KeyBatch<T> {
  key: string;
  entries: readonly { message: BusMessage; value: T }[];
  /** Aborted when the partition was lost: stop, nothing you do now will be committed. */
  signal: AbortSignal;
}

/**
 * Resolves = all entries are done for good. Throws `TransientError` = infrastructure is down: the partition pauses, the same
 * entries come again. Throws anything else = the entries are tried one by one, and the key of the failing one is parked.
 */
export type KeyHandler<T> = (batch: KeyBatch<T>) => Promise<void>;

/** The store or the broker is away: nothing is wrong with the message. Adapters of the store throw it too (by name). */
export class TransientError extends Error {
  override readonly name = 'TransientError';
}

/** The bytes are no message at all: they go to the dead-letter topic. */
export class UndecodableError extends Error {
  override readonly name = 'UndecodableError';
}

export interface ConsumeOptions<T> {
  topics: readonly string[];
  /** Consumer group: each group sees everything once, shared among its members. */
  group: string;
  /** Bytes to value, checked by schema. Throws `UndecodableError` with the reason. */
  decode: (message: BusMessage) => T;
  handler: KeyHandler<T>;
  /**
   * Whether the group has anything to do with a value; what it has not is done without a call. Absent: with all. Asked in no order and
   * maybe more than once, so it looks at the value alone.
   */
  wants?: (value: T) => boolean;
  /** `earliest` (default): from the first record kept. `latest`: only what comes after joining; for per-instance groups. */
  from?: 'earliest' | 'latest';
}

export interface Subscription {
  /** True from the moment partitions are assigned until a crash or close; readiness reads it. */
  ready(): boolean;
  /** Resolves once this member has joined its group. */
  joined: Promise<void>;
  /** Why this member stopped by itself (crash, too many parked keys); undefined while all is well. */
  failure(): Error | undefined;
  /** `ready()` with its reason, for the eyes of whoever reads a readiness probe. */
  status(): BusHealth;
  /**
   * Replays the parked records of a key in order through this subscription's handler, removes each when done, then lets the
   * key flow again. Call it in the process that consumes the key's partition; from any other, ask for it in the parking lot.
   * Resolves with the number of records replayed; rejects with the handler's error, and the key stays parked, when a record
   * fails again.
   */
  release(key: string): Promise<number>;
  /** Stops intake, lets running handlers finish (at most `deadlineMs`, default 10 s), commits, leaves the group. */
  close(deadlineMs?: number): Promise<void>;
}

export interface PartitionLag {
  topic: string;
  partition: number;
  /** First offset not yet processed. */
  committed: bigint;
  /** Next offset to be written. */
  end: bigint;
  messages: number;
  /** When the bus accepted the first record not yet processed (on Kafka to within a twentieth of its age); absent when there is none. */
  oldestAt?: number;
}

/** One consumer of this process. */
export interface ConsumerStatus extends BusHealth {
  group: string;
  topics: readonly string[];
}

export interface BusHealth {
  up: boolean;
  detail: string;
}

export interface Bus {
  /** Makes missing topics. Throws when one exists with another partition count, since keys would move. */
  ensureTopics(topics: readonly { name: string; retentionMs: number; partitions: number }[]): Promise<void>;
  /**
   * Resolves when every record is durable. Waiting publishes are coalesced into one write; order per key is the order of
   * the calls. Rejects with `TransientError` when the bus is away and the queue is full; otherwise it keeps trying.
   */
  publish(records: readonly BusRecord[]): Promise<void>;
  consume<T>(options: ConsumeOptions<T>): Promise<Subscription>;
  lag(group: string, topics: readonly string[]): Promise<PartitionLag[]>;
  /** Reads records again without a group: for replay and inspection. */
  read(topic: string, partition: number, from: bigint, limit: number): Promise<BusMessage[]>;
  health(): Promise<BusHealth>;
  close(): Promise<void>;
}

/** The consumers of this process as a whole: for readiness and for a graceful end. Both adapters are one. */
export interface ConsumerHost {
  /** Every subscription opened here and not closed by its owner, one that stopped by itself included. */
  consumers(): ConsumerStatus[];
  /**
   * Closes every subscription: intake stops, running handlers finish within `deadlineMs` (default 10 s), offsets are committed.
   * Publishing works on, so that what the handlers began can be finished.
   */
  drain(deadlineMs?: number): Promise<void>;
}

/** A key whose message a handler could not process: its later messages queue behind it, in order, until released. */
export interface ParkedRecord {
  group: string;
  topic: string;
  partition: number;
  offset: string;
  key: string;
  value: string;
  /** See `BusMessage.bytes`. */
  bytes?: Uint8Array;
  headers: Readonly<Record<string, string>>;
  timestamp: number;
  reason: string;
  parkedAt: number;
  build: string;
  /** Parked for what lies before it, not for a failure of its own. */
  behind: boolean;
}

/** A key that is parked, by the record it was parked for. */
export interface ParkedKey {
  group: string;
  key: string;
  /** Where the first record lies: whoever consumes this partition can release the key. A key travels in one topic of a group. */
  topic: string;
  partition: number;
  /** Why it is parked now: of the first failure, or of the last release that failed. */
  reason: string;
  parkedAt: number;
  /** The build that failed last. */
  build: string;
}

/** Where parked records are kept. The apps hand in one over the document store; `libs/bus` knows only this shape. */
export interface ParkingLot {
  /** Keys parked for a group, read whenever partitions are assigned; kept in memory by the lanes afterwards. */
  parkedKeys(group: string): Promise<readonly ParkedKey[]>;
  /**
   * Idempotent by (group, topic, partition, offset). The first record of a key parks the key. If that one is `behind`, what it
   * stood behind was released elsewhere at that moment: then the release counts as asked for.
   */
  park(record: ParkedRecord): Promise<void>;
  /** In order. Of a key perhaps only the first few hundred: the rest is seen once those are removed. */
  list(group: string, key?: string): Promise<ParkedRecord[]>;
  remove(record: Pick<ParkedRecord, 'group' | 'topic' | 'partition' | 'offset'>): Promise<void>;
  /** Keys whose release somebody asked for, in whatever process. Asked once a second by every consumer, so it has to be cheap. */
  asked(group: string): Promise<readonly ParkedKey[]>;
  /** The key has no records any more and flows again; what was asked about it is answered. Changes nothing while it has some. */
  freed(group: string, key: string): Promise<void>;
  /** A release failed under `build`: the key stays parked, and whoever asked can see why. */
  refused(group: string, key: string, failure: { reason: string; at: number; build: string }): Promise<void>;
}

/** Bytes that are no message, as an operator needs them: what, from where, and why. */
export interface DeadLetter extends BusPosition {
  group: string;
  key: string;
  value: string;
  /** See `BusMessage.bytes`. */
  bytes?: Uint8Array;
  headers: Readonly<Record<string, string>>;
  /** When the bus accepted the record. */
  timestamp: number;
  reason: string;
  at: number;
  build: string;
  /** Where the record lay first: of a replayed one the place it was replayed from, so that its letters are one. */
  origin: string;
}

/** Keeps dead letters where they can be listed, besides the dead-letter topic. Idempotent by group and position. */
export interface DeadLetterBox {
  keep(letter: DeadLetter): Promise<void>;
}

/** Is told what the bus does on the side; for counters. Must not throw. */
export interface BusObserver {
  deadLettered?(topic: string, group: string): void;
  keyParked?(group: string): void;
  /** A partition paused because infrastructure was away. */
  retried?(topic: string, group: string): void;
  rebalanced?(group: string): void;
}
