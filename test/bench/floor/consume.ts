import type { Kafka } from 'kafkajs';

export type Hop = (key: string, value: string) => Promise<unknown>;

const COMMIT_MS = 1000;

/** One consumer group: batch by batch, keys side by side, one key in order; offsets are committed beside the work. */
export async function consume(kafka: Kafka, topic: string, groupId: string, hop: Hop): Promise<void> {
  const consumer = kafka.consumer({ groupId, allowAutoTopicCreation: false });
  const joined = new Promise<void>((resolve) => {
    consumer.on(consumer.events.GROUP_JOIN, () => resolve());
  });
  let committed = 0;
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    partitionsConsumedConcurrently: 6,
    eachBatch: async ({ batch, resolveOffset, heartbeat, commitOffsetsIfNecessary, uncommittedOffsets }) => {
      const byKey = Map.groupBy(batch.messages, (message) => message.key!.toString());
      await Promise.all(
        [...byKey].map(async ([key, messages]) => {
          for (const message of messages) await hop(key, message.value!.toString());
        }),
      );
      resolveOffset(batch.lastOffset());
      if (performance.now() - committed > COMMIT_MS) {
        committed = performance.now();
        void commitOffsetsIfNecessary(uncommittedOffsets()).catch(() => undefined);
      }
      await heartbeat();
    },
  });
  await joined;
}
