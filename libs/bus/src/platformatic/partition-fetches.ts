import {
  type ClusterMetadata,
  type ConnectionPool,
  type Consumer,
  type FetchOptions,
  ListOffsetTimestamps,
} from '@platformatic/kafka';
import { backoffMs } from '../lanes/backoff.ts';
import { messageOfError } from '../lanes/error-kind.ts';
import type { BusLogger } from '../logger.ts';
import { type FetchedPartition, hasEnough, idOf } from './fetched-partition.ts';
import { messagesOf } from './platformatic-message.ts';
import { Sleepers } from './sleepers.ts';

type FetchRequestTopic = FetchOptions<Buffer, Buffer, Buffer, Buffer>['topics'][number];
type FetchResponse = Awaited<ReturnType<Consumer['fetch']>>;

const PARTITION_BYTES = 256 * 1024;
const FETCH_BYTES = 8 * 1024 * 1024;
const WAIT_MS = 100;
/** While some partitions are left out, since the one that comes back next shall not wait for the others to have news. */
const SHORT_WAIT_MS = 10;
const OFFSET_OUT_OF_RANGE = 1;

export interface PartitionFetchesOptions {
  consumer: Consumer;
  /** Connections for fetching alone: a fetch that waits for news would hold up heartbeats and commits. */
  pool: ConnectionPool;
  logger: BusLogger;
  /** A partition got messages. */
  arrived: (partition: FetchedPartition) => void;
  /** The fetching itself broke, not the broker. */
  broke: (error: unknown) => void;
}

/** Fetches for the partitions of a member: one request at a time to each broker, about those that have not enough to work on. */
export class PartitionFetches {
  readonly #options: PartitionFetchesOptions;
  readonly #loops = new Map<number, Promise<void>>();
  readonly #sleepers = new Sleepers();
  #partitions = new Map<string, FetchedPartition>();
  #finding = false;
  #stopped = false;

  constructor(options: PartitionFetchesOptions) {
    this.#options = options;
  }

  /** From now on about these, and no others. */
  assign(partitions: readonly FetchedPartition[]): void {
    this.#partitions = new Map(partitions.map((partition) => [idOf(partition), partition]));
    this.#findLeaders();
    this.#sleepers.wakeAll();
  }

  /** A partition has room again. */
  wake(): void {
    this.#sleepers.wakeAll();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#partitions = new Map();
    this.#sleepers.wakeAll();
    await this.#options.pool.close().catch(() => {});
    await Promise.all(this.#loops.values());
  }

  /** Sees to it that each partition's leader is asked; again and again while one has none. */
  #findLeaders(): void {
    if (this.#finding) return;
    this.#finding = true;
    void this.#untilAllAreLed().finally(() => {
      this.#finding = false;
    });
  }

  async #untilAllAreLed(): Promise<void> {
    for (let attempt = 0; !this.#stopped; attempt += 1) {
      const metadata = await this.#metadata().catch(() => undefined);
      if (metadata && this.#startLoops(metadata)) return;
      this.#options.consumer.clearMetadata();
      await this.#sleepers.sleep(backoffMs(attempt));
    }
  }

  /** False when a partition has no leader yet. */
  #startLoops(metadata: ClusterMetadata): boolean {
    let all = true;
    for (const partition of this.#partitions.values()) {
      const leader = leaderOf(metadata, partition);
      if (leader < 0) all = false;
      else if (!this.#loops.has(leader) && !this.#stopped) this.#loops.set(leader, this.#loop(leader));
    }
    return all;
  }

  async #loop(node: number): Promise<void> {
    for (let failures = 0; !this.#stopped;) {
      try {
        await this.#round(node);
        failures = 0;
      } catch (error) {
        if (this.#stopped) return;
        if (error instanceof TypeError || error instanceof RangeError) return this.#options.broke(error);
        failures += 1;
        this.#options.logger.warn({ node, failures, error: messageOfError(error) }, 'kafka: fetch failed');
        this.#options.consumer.clearMetadata();
        await this.#sleepers.sleep(backoffMs(failures - 1));
      }
    }
  }

  async #round(node: number): Promise<void> {
    const metadata = await this.#metadata();
    if (!this.#startLoops(metadata)) this.#findLeaders();
    const own = [...this.#partitions.values()].filter((partition) => leaderOf(metadata, partition) === node);
    const hungry = own.filter((partition) => !hasEnough(partition));
    if (hungry.length === 0) return this.#sleepers.sleep();
    const asked = new Map(hungry.map((partition) => [idOf(partition), partition]));
    let response: FetchResponse;
    try {
      response = await this.#options.consumer.fetch({
        node,
        topics: requestOf(metadata, hungry),
        minBytes: 1,
        maxBytes: FETCH_BYTES,
        maxWaitTime: hungry.length === own.length ? WAIT_MS : SHORT_WAIT_MS,
        connectionPool: this.#options.pool,
      });
    } catch (error) {
      // One partition's error rejects all; what came for the others is kept.
      const partial = responseOf(error);
      if (partial) await this.#take(metadata, partial, asked);
      throw error;
    }
    await this.#take(metadata, response, asked);
  }

  async #take(metadata: ClusterMetadata, response: FetchResponse, asked: Map<string, FetchedPartition>): Promise<void> {
    const names = new Map([...metadata.topics].map(([name, topic]) => [topic?.id, name]));
    for (const { topicId, partitions } of response.responses) {
      for (const { partitionIndex, errorCode, records } of partitions) {
        const id = idOf({ topic: names.get(topicId) ?? '', partition: partitionIndex });
        const partition = asked.get(id);
        // Given up, or given up and assigned again, while the broker waited for news.
        if (!partition || this.#partitions.get(id) !== partition) continue;
        if (errorCode === OFFSET_OUT_OF_RANGE) await this.#startOver(partition);
        if (errorCode !== 0 || !records) continue;
        const { messages, next } = messagesOf(partition.topic, partitionIndex, records, partition.position);
        partition.position = next;
        if (messages.length === 0) continue;
        partition.waiting = partition.waiting.concat(messages);
        this.#options.arrived(partition);
      }
    }
  }

  /** What the group had committed is not kept any more (or not there yet): from the first record kept, as a new group would. */
  async #startOver(partition: FetchedPartition): Promise<void> {
    const { topic, partition: index, position } = partition;
    const offsets = await this.#options.consumer.listOffsets({
      topics: [topic],
      partitions: { [topic]: [index] },
      timestamp: ListOffsetTimestamps.EARLIEST,
    });
    partition.position = offsets.get(topic)?.[index] ?? 0n;
    this.#options.logger.warn(
      { topic, partition: index, lost: String(position), from: String(partition.position) },
      'kafka: the offset to go on from does not exist, starting at the first record kept',
    );
  }

  #metadata(): Promise<ClusterMetadata> {
    const topics = new Set([...this.#partitions.values()].map(({ topic }) => topic));
    return this.#options.consumer.metadata({ topics: [...topics] });
  }
}

/** -1 while it has none. */
function leaderOf(metadata: ClusterMetadata, { topic, partition }: FetchedPartition): number {
  return metadata.topics.get(topic)?.partitions[partition]?.leader ?? -1;
}

function requestOf(metadata: ClusterMetadata, partitions: readonly FetchedPartition[]): FetchRequestTopic[] {
  return [...Map.groupBy(partitions, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
    topicId: metadata.topics.get(topic)!.id,
    partitions: ofTopic.map(({ partition, position }) => ({
      partition,
      fetchOffset: position,
      currentLeaderEpoch: -1,
      lastFetchedEpoch: -1,
      partitionMaxBytes: PARTITION_BYTES,
    })),
  }));
}

function responseOf(error: unknown): FetchResponse | undefined {
  const holder = typeof error === 'object' && error !== null && 'response' in error ? error.response : undefined;
  return typeof holder === 'object' && holder !== null && 'responses' in holder ? (holder as FetchResponse) : undefined;
}
