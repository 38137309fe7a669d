import { randomUUID } from 'node:crypto';
import type { Admin, Kafka } from 'kafkajs';
import type { ClusterAdmin, PartitionEdges, ReadPlace, TopicToEnsure } from '../cluster/cluster-client.ts';
import { brokerAway } from '../cluster/cluster-errors.ts';
import { type BusMessage, TransientError } from '../port.ts';
import { messageOf } from './kafka-message.ts';

const READ_DEADLINE_MS = 20_000;

/** kafkajs's admin and, for reading, a consumer. */
export class KafkaAdmin implements ClusterAdmin {
  readonly #kafka: Kafka;
  readonly #replicationFactor: number;
  #admin: Promise<Admin> | undefined;

  constructor(kafka: Kafka, replicationFactor: number) {
    this.#kafka = kafka;
    this.#replicationFactor = replicationFactor;
  }

  topicNames(): Promise<string[]> {
    return this.#ask('reading topics', (admin) => admin.listTopics());
  }

  async createTopics(topics: readonly TopicToEnsure[]): Promise<void> {
    await this.#ask('making topics', (admin) =>
      // kafkajs's own waiting for leaders gives up when a broker has not heard of the new topic yet.
      admin.createTopics({
        waitForLeaders: false,
        topics: topics.map(({ name, partitions, retentionMs }) => ({
          topic: name,
          numPartitions: partitions,
          replicationFactor: this.#replicationFactor,
          configEntries: [{ name: 'retention.ms', value: String(retentionMs) }],
        })),
      }),
    );
  }

  async partitionCounts(topics: readonly string[]): Promise<Map<string, number>> {
    const { topics: found } = await this.#ask('reading topics', (admin) =>
      admin.fetchTopicMetadata({ topics: [...topics] }),
    );
    return new Map(found.map(({ name, partitions }) => [name, partitions.length]));
  }

  async committed(group: string, topics: readonly string[]): Promise<Map<string, Map<number, bigint>>> {
    const found = await this.#ask('reading offsets', (admin) =>
      admin.fetchOffsets({ groupId: group, topics: [...topics] }),
    );
    return new Map(
      found.map(({ topic, partitions }) => [topic, new Map(partitions.map((p) => [p.partition, BigInt(p.offset)]))]),
    );
  }

  async edges(topic: string): Promise<PartitionEdges[]> {
    const found = await this.#ask('reading offsets', (admin) => admin.fetchTopicOffsets(topic));
    return found.map(({ partition, low, high }) => ({ partition, low: BigInt(low), high: BigInt(high) }));
  }

  async offsetsAt(topic: string, time: number): Promise<Map<number, bigint>> {
    const found = await this.#ask('reading offsets by time', (admin) =>
      admin.fetchTopicOffsetsByTimestamp(topic, time),
    );
    return new Map(found.map((p) => [p.partition, BigInt(p.offset)]));
  }

  /** Through a group of its own that commits nothing and is deleted. */
  async read({ topic, partition, start, end, limit }: ReadPlace): Promise<BusMessage[]> {
    const others = (await this.edges(topic)).map((p) => p.partition).filter((p) => p !== partition);
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

  async #collect(what: ReadPlace & { group: string; others: number[] }): Promise<BusMessage[]> {
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
