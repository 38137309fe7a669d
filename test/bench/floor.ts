import { Agent, createServer, request } from 'node:http';
import { createRequire } from 'node:module';

/**
 * The least that could do the same hops: webhook → inbound → events → commands → outbound → provider call, in order per chat,
 * with coalesced produces and eachBatch, and no logic at all. Started as a child process by the bench.
 */
const { Kafka, logLevel, Partitioners } = createRequire(import.meta.url)('kafkajs') as typeof import('kafkajs');
const [, , brokers, port, provider, prefix] = process.argv as [string, string, string, string, string, string];
const HOPS = ['inbound', 'events', 'commands', 'outbound'].map((hop) => `${prefix}.${hop}`);

const kafka = new Kafka({ clientId: 'floor', brokers: brokers.split(','), logLevel: logLevel.NOTHING });
const admin = kafka.admin();
await admin.connect();
await admin.createTopics({
  topics: HOPS.map((topic) => ({ topic, numPartitions: 6, replicationFactor: 1 })),
  waitForLeaders: true,
});
await admin.disconnect();

const producer = kafka.producer({
  idempotent: true,
  createPartitioner: Partitioners.DefaultPartitioner,
  allowAutoTopicCreation: false,
});
await producer.connect();

interface Waiting {
  topic: string;
  key: string;
  value: string;
  done: () => void;
}
let waiting: Waiting[] = [];
let sending = false;

function produce(topic: string, key: string, value: string): Promise<void> {
  return new Promise((done) => {
    waiting.push({ topic, key, value, done });
    if (!sending) void pump();
  });
}

async function pump(): Promise<void> {
  sending = true;
  while (waiting.length > 0) {
    const batch = waiting;
    waiting = [];
    const byTopic = Map.groupBy(batch, (w) => w.topic);
    await producer.sendBatch({
      acks: -1,
      topicMessages: [...byTopic].map(([topic, list]) => ({
        topic,
        messages: list.map(({ key, value }) => ({ key, value })),
      })),
    });
    for (const one of batch) one.done();
  }
  sending = false;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
function callProvider(value: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request(
      provider,
      { method: 'POST', agent, headers: { 'content-type': 'application/json' } },
      (answer) => {
        answer.resume();
        answer.on('end', resolve);
      },
    );
    call.on('error', reject);
    call.end(value);
  });
}

for (const [i, topic] of HOPS.entries()) {
  const consumer = kafka.consumer({ groupId: `${prefix}-${i}`, maxWaitTimeInMs: 100, allowAutoTopicCreation: false });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const next = HOPS[i + 1];
  await consumer.run({
    partitionsConsumedConcurrently: 6,
    eachBatch: async ({ batch, resolveOffset, heartbeat }) => {
      const byKey = Map.groupBy(batch.messages, (m) => m.key!.toString());
      await Promise.all(
        [...byKey].map(async ([key, messages]) => {
          if (next !== undefined) await Promise.all(messages.map((m) => produce(next, key, m.value!.toString())));
          else for (const m of messages) await callProvider(m.value!.toString());
        }),
      );
      resolveOffset(batch.lastOffset());
      await heartbeat();
    },
  });
}

createServer((incoming, answer) => {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('end', () => {
    const value = Buffer.concat(chunks).toString();
    const chat = /"chat":\{"id":(\d+)/.exec(value)![1]!;
    void produce(HOPS[0]!, chat, value).then(() => answer.end('ok'));
  });
}).listen(Number(port), '127.0.0.1', () => process.send?.('ready'));

process.on('message', (message) => {
  if (message === 'cpu') process.send?.({ cpu: process.cpuUsage(), rss: process.memoryUsage.rss() });
});
