import { randomUUID } from 'node:crypto';
import type { Admin, Kafka } from 'kafkajs';
import { backoffMs } from '../lanes/backoff.ts';
import { type BusMessage, type PartitionLag, TransientError } from '../port.ts';
import { brokerAway } from './kafka-errors.ts';
import { messageOf } from './kafka-message.ts';
import { type OffsetsAt, withOldestAt } from './oldest-record.ts';

const READ_DEADLINE_MS = 20_000;
const TRIES_UNTIL_KNOWN = 8;

export interface TopicToEnsure {
  name: string;
  retentionMs: number;
  partitions: number;
}

export interface StartPlace {
  topic: string;
  partition: number;
  offset: string;
}

/** Questions to the cluster and topics to be made, over one connection opened when first needed. */
export class KafkaAdmin {
  readonly #kafka: Kafka;
  readonly #replicationFactor: number;
  #admin: Promise<Admin> | undefined;

  constructor(kafka: Kafka, replicationFactor: number) {
    this.#kafka = kafka;
    this.#replicationFactor = replicationFactor;
  }

  /** Makes missing topics; throws when one exists with another partition count. Other settings of existing topics stay. */
  async ensureTopics(topics: readonly TopicToEnsure[]): Promise<void> {
    await this.#ask('making topics', async (admin) => {
      const known = new Set(await admin.listTopics());
      const missing = topics.filter(({ name }) => !known.has(name));
      if (missing.length > 0) {
        // kafkajs's own waiting for leaders gives up when a broker has not heard of the new topic yet.
        await admin.createTopics({
          waitForLeaders: false,
          topics: missing.map(({ name, partitions, retentionMs }) => ({
            topic: name,
            numPartitions: partitions,
            replicationFactor: this.#replicationFactor,
            configEntries: [{ name: 'retention.ms', value: String(retentionMs) }],
          })),
        });
      }
    });
    const counts = await this.#countsOnceKnown(topics.map(({ name }) => name));
    for (const { name, partitions } of topics) {
      const found = counts.get(name);
      if (found !== partitions) {
        throw new Error(
          `topic "${name}" has ${found} partitions, the configuration says ${partitions}: keys would move. ` +
            `Set the configured count back to ${found}`,
        );
      }
    }
  }

  /** A topic just made is known to each broker, with leaders, only after a moment. */
  async #countsOnceKnown(topics: readonly string[]): Promise<Map<string, number>> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.partitionCounts(topics);
      } catch (error) {
        if (attempt === TRIES_UNTIL_KNOWN) throw error;
        await new Promise((resolve) => setTimeout(resolve, backoffMs(attempt)));
      }
    }
  }

  async partitionCounts(topics: readonly string[]): Promise<Map<string, number>> {
    const { topics: found } = await this.#ask('reading topics', (admin) =>
      admin.fetchTopicMetadata({ topics: [...topics] }),
    );
    return new Map(found.map(({ name, partitions }) => [name, partitions.length]));
  }

  async missing(topics: readonly string[]): Promise<string[]> {
    const known = new Set(await this.#ask('reading topics', (admin) => admin.listTopics()));
    return topics.filter((topic) => !known.has(topic));
  }

  async lag(group: string, topics: readonly string[], now: number): Promise<PartitionLag[]> {
    return this.#ask('reading lag', async (admin) => {
      const committed = await admin.fetchOffsets({ groupId: group, topics: [...topics] });
      const lags: PartitionLag[] = [];
      for (const { topic, partitions } of committed) {
        const byPartition = new Map(partitions.map((p) => [p.partition, BigInt(p.offset)]));
        for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
          const stored = byPartition.get(partition) ?? -1n;
          const from = stored < BigInt(low) ? BigInt(low) : stored;
          lags.push({ topic, partition, committed: from, end: BigInt(high), messages: Number(BigInt(high) - from) });
        }
      }
      const sorted = lags.sort((a, b) => a.topic.localeCompare(b.topic) || a.partition - b.partition);
      const offsetsAt: OffsetsAt = async (topic, time) =>
        new Map(
          (await admin.fetchTopicOffsetsByTimestamp(topic, time)).map((p) => [p.partition, BigInt(p.offset)] as const),
        );
      return withOldestAt(sorted, offsetsAt, now);
    });
  }

  /** Where the topics end, for the partitions of which the group never committed anything. */
  async endsForNewGroup(group: string, topics: readonly string[]): Promise<StartPlace[]> {
    return this.#ask('reading where topics end', async (admin) => {
      const places: StartPlace[] = [];
      for (const { topic, partitions } of await admin.fetchOffsets({ groupId: group, topics: [...topics] })) {
        const fresh = new Set(partitions.filter((p) => p.offset === '-1').map((p) => p.partition));
        if (fresh.size === 0) continue;
        for (const { partition, high } of await admin.fetchTopicOffsets(topic)) {
          if (fresh.has(partition)) places.push({ topic, partition, offset: high });
        }
      }
      return places;
    });
  }

  /** Reads without leaving a trace: through a group of its own that commits nothing and is deleted. */
  async read(topic: string, partition: number, from: bigint, limit: number): Promise<BusMessage[]> {
    const offsets = await this.#ask('reading offsets', (admin) => admin.fetchTopicOffsets(topic));
    const place = offsets.find((p) => p.partition === partition);
    if (!place) throw new Error(`topic "${topic}" has no partition ${partition}`);
    const start = from < BigInt(place.low) ? BigInt(place.low) : from;
    const end = BigInt(place.high);
    if (start >= end || limit <= 0) return [];
    const others = offsets.map((p) => p.partition).filter((p) => p !== partition);
    const group = `seaway-read-${randomUUID()}`;
    try {
      return await this.#collect({ group, topic, partition, others, start, end, limit });
    } finally {
      await this.#ask('deleting a group', (admin) => admin.deleteGroups([group])).catch(() => {});
    }
  }

  async ping(): Promise<void> {
    await this.#ask('describing the cluster', (admin) => admin.describeCluster());
  }

  async close(): Promise<void> {
    const admin = await this.#admin?.catch(() => undefined);
    await admin?.disconnect().catch(() => {});
  }

  async #collect(what: {
    group: string;
    topic: string;
    partition: number;
    others: number[];
    start: bigint;
    end: bigint;
    limit: number;
  }): Promise<BusMessage[]> {
    const { group, topic, partition, others, start, end, limit } = what;
    const consumer = this.#kafka.consumer({ groupId: group, maxWaitTimeInMs: 100, allowAutoTopicCreation: false });
    const found: BusMessage[] = [];
    let timer: NodeJS.Timeout | undefined;
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      await new Promise<void>((resolve, reject) => {
        timer = setTimeout(() => reject(new TransientError(`reading "${topic}" took too long`)), READ_DEADLINE_MS);
        consumer.on(consumer.events.CRASH, ({ payload }) => reject(brokerAway('reading', payload.error)));
        const eachBatch: Parameters<typeof consumer.run>[0] = {
          autoCommit: false,
          eachBatch: async ({ batch }) => {
            if (batch.partition !== partition) return;
            for (const m of batch.messages) {
              if (found.length < limit && BigInt(m.offset) >= start && BigInt(m.offset) < end)
                found.push(messageOf(topic, partition, m));
            }
            if (found.length >= limit || BigInt(batch.lastOffset()) >= end - 1n) resolve();
          },
        };
        consumer.run(eachBatch).catch(reject);
        consumer.seek({ topic, partition, offset: start.toString() });
        if (others.length > 0) consumer.pause([{ topic, partitions: others }]);
      });
      return found;
    } finally {
      clearTimeout(timer);
      await consumer.disconnect().catch(() => {});
    }
  }

  async #ask<R>(doing: string, question: (admin: Admin) => Promise<R>): Promise<R> {
    try {
      this.#admin ??= this.#connect();
      return await question(await this.#admin);
    } catch (error) {
      throw brokerAway(doing, error);
    }
  }

  async #connect(): Promise<Admin> {
    const admin = this.#kafka.admin();
    try {
      await admin.connect();
      return admin;
    } catch (error) {
      this.#admin = undefined;
      throw error;
    }
  }
}
