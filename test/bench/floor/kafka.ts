import { createRequire } from 'node:module';
import type { Kafka, Producer } from 'kafkajs';

const require = createRequire(import.meta.url);
const kafkajs = require('kafkajs') as typeof import('kafkajs');

// kafkajs polls every idle connection once a millisecond (libs/bus mends it too): the floor shall not pay for that either.
const queue = require('kafkajs/src/network/requestQueue') as {
  prototype: { pending: unknown[]; scheduleCheckPendingRequests(): void };
};
const schedule = queue.prototype.scheduleCheckPendingRequests;
queue.prototype.scheduleCheckPendingRequests = function scheduleWhenSomethingWaits() {
  if (this.pending.length > 0) schedule.call(this);
};

const TRIES = 20;
const AGAIN_MS = 500;

export async function connect(
  brokers: string,
  topics: readonly string[],
): Promise<{ kafka: Kafka; producer: Producer }> {
  const kafka = new kafkajs.Kafka({
    clientId: 'floor',
    brokers: brokers.split(','),
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({
    topics: topics.map((topic) => ({ topic, numPartitions: 6, replicationFactor: 1 })),
    waitForLeaders: true,
  });
  await admin.disconnect();
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
  });
  // A broker that has just started still loads its coordinators.
  for (let tries = 1; ; tries += 1) {
    try {
      await producer.connect();
      return { kafka, producer };
    } catch (error) {
      if (tries === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}
