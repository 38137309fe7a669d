import { Admin, Consumer, ListOffsetTimestamps } from '@platformatic/kafka';
import type { ClusterAdmin, PartitionEdges, ReadPlace, TopicToEnsure } from '../cluster/cluster-client.ts';
import { brokerAway } from '../cluster/cluster-errors.ts';
import type { BusMessage } from '../port.ts';
import type { Connecting } from './connecting.ts';
import { protocolNamesOf } from './platformatic-errors.ts';
import { messagesOf } from './platformatic-message.ts';
import { within } from '../cluster/within.ts';

const READ_DEADLINE_MS = 20_000;
const READ_BYTES = 1024 * 1024;
const RETRYING = { retries: 3, retryDelay: 250 };

/** The library's admin and, for reading, a consumer that joins no group. */
export class PlatformaticAdmin implements ClusterAdmin {
  readonly #connecting: Connecting;
  readonly #replicationFactor: number;
  #admin: Admin | undefined;

  constructor(connecting: Connecting, replicationFactor: number) {
    this.#connecting = connecting;
    this.#replicationFactor = replicationFactor;
  }

  topicNames(): Promise<string[]> {
    return this.#ask('reading topics', (admin) => admin.listTopics());
  }

  async createTopics(topics: readonly TopicToEnsure[]): Promise<void> {
    for (const [retentionMs, alike] of Map.groupBy(topics, (topic) => topic.retentionMs)) {
      await this.#ask('making topics', async (admin) => {
        try {
          await admin.createTopics({
            topics: alike.map(({ name, partitions }) => ({
              topic: name,
              partitions,
              replicas: this.#replicationFactor,
            })),
            configs: [{ name: 'retention.ms', value: String(retentionMs) }],
          });
        } catch (error) {
          const names = protocolNamesOf(error);
          if (names.length === 0 || names.some((name) => name !== 'TOPIC_ALREADY_EXISTS')) throw error;
        }
      });
    }
  }

  async partitionCounts(topics: readonly string[]): Promise<Map<string, number>> {
    const { topics: found } = await this.#ask('reading topics', (admin) =>
      admin.metadata({ topics: [...topics], forceUpdate: true }),
    );
    return new Map([...found].map(([name, { partitionsCount }]) => [name, partitionsCount]));
  }

  async committed(group: string, topics: readonly string[]): Promise<Map<string, Map<number, bigint>>> {
    const counts = await this.partitionCounts(topics);
    const asked = [...counts].map(([name, count]) => ({ name, partitionIndexes: [...Array(count).keys()] }));
    const [found] = await this.#ask('reading offsets', (admin) =>
      admin.listConsumerGroupOffsets({ groups: [{ groupId: group, topics: asked }] }),
    );
    return new Map(
      (found?.topics ?? []).map(({ name, partitions }) => [
        name,
        new Map(partitions.map((p) => [p.partitionIndex, p.committedOffset])),
      ]),
    );
  }

  async edges(topic: string): Promise<PartitionEdges[]> {
    const count = (await this.partitionCounts([topic])).get(topic) ?? 0;
    const low = await this.#offsets(topic, count, ListOffsetTimestamps.EARLIEST);
    const high = await this.#offsets(topic, count, ListOffsetTimestamps.LATEST);
    return [...low].map(([partition, offset]) => ({ partition, low: offset, high: high.get(partition) ?? offset }));
  }

  async offsetsAt(topic: string, time: number): Promise<Map<number, bigint>> {
    const ends = await this.edges(topic);
    const found = await this.#offsets(topic, ends.length, BigInt(Math.floor(time)));
    // Nothing as young as that: kafkajs's answer is the end, the protocol's is -1.
    return new Map(
      ends.map(({ partition, high }) => {
        const offset = found.get(partition) ?? -1n;
        return [partition, offset < 0n ? high : offset];
      }),
    );
  }

  async read(place: ReadPlace): Promise<BusMessage[]> {
    // A group is named but never joined, so nothing of it exists at the broker.
    const consumer = new Consumer({ ...this.#connecting, ...RETRYING, groupId: 'seaway-read' });
    try {
      return await within(READ_DEADLINE_MS, collect(consumer, place), `reading "${place.topic}" did not end`);
    } catch (error) {
      throw brokerAway('reading', error);
    } finally {
      await consumer.close(true).catch(() => {});
    }
  }

  async ping(): Promise<void> {
    await this.#ask('describing the cluster', (admin) => admin.metadata({ topics: [], forceUpdate: true }));
  }

  async close(): Promise<void> {
    await this.#admin?.close().catch(() => {});
  }

  async #offsets(topic: string, count: number, timestamp: bigint): Promise<Map<number, bigint>> {
    const partitions = [...Array(count).keys()].map((partitionIndex) => ({ partitionIndex, timestamp }));
    const [found] = await this.#ask('reading offsets', (admin) =>
      admin.listOffsets({ topics: [{ name: topic, partitions }] }),
    );
    return new Map((found?.partitions ?? []).map((p) => [p.partitionIndex, p.offset]));
  }

  async #ask<R>(doing: string, question: (admin: Admin) => Promise<R>): Promise<R> {
    try {
      this.#admin ??= new Admin({ ...this.#connecting, ...RETRYING });
      return await question(this.#admin);
    } catch (error) {
      throw brokerAway(doing, error);
    }
  }
}

async function collect(consumer: Consumer, { topic, partition, start, end, limit }: ReadPlace): Promise<BusMessage[]> {
  consumer.topics.track(topic);
  const found: BusMessage[] = [];
  for (let from = start; from < end && found.length < limit;) {
    const { topics } = await consumer.metadata({ topics: [topic] });
    const { id, partitions } = topics.get(topic)!;
    const wanted = {
      partition,
      fetchOffset: from,
      currentLeaderEpoch: -1,
      lastFetchedEpoch: -1,
      partitionMaxBytes: READ_BYTES,
    };
    const { responses } = await consumer.fetch({
      node: partitions[partition]!.leader,
      topics: [{ topicId: id, partitions: [wanted] }],
      maxWaitTime: 100,
      minBytes: 1,
      maxBytes: READ_BYTES,
    });
    const { messages, next } = messagesOf(topic, partition, responses[0]?.partitions[0]?.records ?? [], from);
    found.push(...messages.filter((message) => message.offset < end).slice(0, limit - found.length));
    from = next;
  }
  return found;
}
