import { createRequire } from 'node:module';

/** A record as it lies on the broker. */
export interface Archived {
  topic: string;
  partition: number;
  offset: number;
  key: string;
  value: string;
  headers: Record<string, string>;
}

const PATIENCE_MS = 60_000;

/** Everything that lies in these topics, from the first record on, in order within a partition. Rejects when it cannot be had in time. */
export async function readArchive(brokers: string, topics: readonly string[]): Promise<Archived[]> {
  const { Kafka, logLevel } = createRequire(import.meta.url)('kafkajs') as typeof import('kafkajs');
  const kafka = new Kafka({ clientId: 'archive', brokers: [brokers], logLevel: logLevel.NOTHING });
  const groupId = `archive-${Date.now()}`;
  const admin = kafka.admin();
  const consumer = kafka.consumer({ groupId, sessionTimeout: 10_000 });
  const found: Archived[] = [];
  try {
    await admin.connect();
    const missing = new Map<string, number>();
    for (const topic of topics)
      for (const { partition, high, low } of await admin.fetchTopicOffsets(topic))
        if (Number(high) > Number(low)) missing.set(`${topic}/${partition}`, Number(high));
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(
        () =>
          reject(
            new Error(`the topics could not be read within ${PATIENCE_MS / 1000} s: ${[...missing.keys()].join(', ')}`),
          ),
        PATIENCE_MS,
      );
      const done = (): void => {
        if (missing.size > 0) return;
        clearTimeout(late);
        resolve();
      };
      done();
      consumer
        .run({
          eachBatch: async ({ batch: { topic, partition, messages } }) => {
            for (const { offset, key, value, headers } of messages)
              found.push({
                topic,
                partition,
                offset: Number(offset),
                key: String(key),
                value: String(value),
                headers: Object.fromEntries(Object.entries(headers ?? {}).map(([name, text]) => [name, String(text)])),
              });
            const end = missing.get(`${topic}/${partition}`) ?? 0;
            if (Number(messages.at(-1)?.offset ?? -1) >= end - 1) missing.delete(`${topic}/${partition}`);
            done();
          },
        })
        .catch(reject);
    });
  } finally {
    await consumer.disconnect().catch(() => undefined);
    await admin.deleteGroups([groupId]).catch(() => undefined);
    await admin.disconnect();
  }
  return found;
}
