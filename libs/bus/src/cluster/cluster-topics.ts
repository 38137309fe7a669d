import { backoffMs } from '../lanes/backoff.ts';
import type { BusMessage, PartitionLag } from '../port.ts';
import type { ClusterAdmin, StartPlace, TopicToEnsure } from './cluster-client.ts';
import { withOldestAt } from './oldest-record.ts';

const TRIES_UNTIL_KNOWN = 8;

/** What the bus wants to know of topics and groups, made of a client's few questions. */
export class ClusterTopics {
  readonly #admin: ClusterAdmin;

  constructor(admin: ClusterAdmin) {
    this.#admin = admin;
  }

  /** Makes missing topics; throws when one exists with another partition count. Other settings of existing topics stay. */
  async ensure(topics: readonly TopicToEnsure[]): Promise<void> {
    const missing = new Set(await this.missing(topics.map(({ name }) => name)));
    if (missing.size > 0) await this.#admin.createTopics(topics.filter(({ name }) => missing.has(name)));
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

  async missing(topics: readonly string[]): Promise<string[]> {
    const known = new Set(await this.#admin.topicNames());
    return topics.filter((topic) => !known.has(topic));
  }

  async partitionsOf(topics: readonly string[]): Promise<number> {
    const counts = await this.#admin.partitionCounts(topics);
    return [...counts.values()].reduce((sum, count) => sum + count, 0);
  }

  async lag(group: string, topics: readonly string[], now: number): Promise<PartitionLag[]> {
    const committed = await this.#admin.committed(group, topics);
    const lags: PartitionLag[] = [];
    for (const topic of topics) {
      for (const { partition, low, high } of await this.#admin.edges(topic)) {
        const stored = committed.get(topic)?.get(partition) ?? -1n;
        const from = stored < low ? low : stored;
        lags.push({ topic, partition, committed: from, end: high, messages: Number(high - from) });
      }
    }
    const sorted = lags.sort((a, b) => a.topic.localeCompare(b.topic) || a.partition - b.partition);
    return withOldestAt(sorted, (topic, time) => this.#admin.offsetsAt(topic, time), now);
  }

  /** Where the topics end, for the partitions of which the group never committed anything. */
  async endsForNewGroup(group: string, topics: readonly string[]): Promise<StartPlace[]> {
    const committed = await this.#admin.committed(group, topics);
    const places: StartPlace[] = [];
    for (const topic of topics) {
      for (const { partition, high } of await this.#admin.edges(topic)) {
        if ((committed.get(topic)?.get(partition) ?? -1n) < 0n) places.push({ topic, partition, offset: high });
      }
    }
    return places;
  }

  async read(topic: string, partition: number, from: bigint, limit: number): Promise<BusMessage[]> {
    const edges = (await this.#admin.edges(topic)).find((p) => p.partition === partition);
    if (!edges) throw new Error(`topic "${topic}" has no partition ${partition}`);
    const start = from < edges.low ? edges.low : from;
    if (start >= edges.high || limit <= 0) return [];
    return this.#admin.read({ topic, partition, start, end: edges.high, limit });
  }

  /** A topic just made is known to each broker, with leaders, only after a moment. */
  async #countsOnceKnown(topics: readonly string[]): Promise<Map<string, number>> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#admin.partitionCounts(topics);
      } catch (error) {
        if (attempt === TRIES_UNTIL_KNOWN) throw error;
        await new Promise((resolve) => setTimeout(resolve, backoffMs(attempt)));
      }
    }
  }
}
