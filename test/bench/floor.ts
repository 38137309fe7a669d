import { Agent, createServer, request } from 'node:http';
import { createRequire } from 'node:module';

/**
 * The least that could do the same hops, in order per chat, with coalesced produces and eachBatch, and no logic at all: webhook →
 * inbound → events → commands → outbound → provider call → outcome → events. What a hop announces on the feed is written too,
 * and the feed is read by as many groups as in Seaway. Started as a child process by the bench.
 */
const { Kafka, logLevel, Partitioners } = createRequire(import.meta.url)('kafkajs') as typeof import('kafkajs');
const [, , brokers, port, provider, prefix] = process.argv as [string, string, string, string, string, string];
const topic = (name: string): string => `${prefix}.${name}`;
const TOPICS = ['inbound', 'events', 'commands', 'outbound'].map(topic);

// kafkajs polls every idle connection once a millisecond (libs/bus mends it too): the floor shall not pay for that either.
const queue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as {
  prototype: { pending: unknown[]; scheduleCheckPendingRequests(): void };
};
const schedule = queue.prototype.scheduleCheckPendingRequests;
queue.prototype.scheduleCheckPendingRequests = function scheduleWhenSomethingWaits() {
  if (this.pending.length > 0) schedule.call(this);
};

const kafka = new Kafka({ clientId: 'floor', brokers: brokers.split(','), logLevel: logLevel.NOTHING });
const admin = kafka.admin();
await admin.connect();
await admin.createTopics({
  topics: TOPICS.map((name) => ({ topic: name, numPartitions: 6, replicationFactor: 1 })),
  waitForLeaders: true,
});
await admin.disconnect();

const producer = kafka.producer({
  idempotent: true,
  createPartitioner: Partitioners.DefaultPartitioner,
  allowAutoTopicCreation: false,
});
// A broker that has just started still loads its coordinators.
for (let tries = 0; ; tries += 1) {
  try {
    await producer.connect();
    break;
  } catch (error) {
    if (tries === 20) throw error;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

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

type Hop = (key: string, value: string) => Promise<unknown>;
const RECEIVED = 'r';
const QUEUED = 'q';
const SENT = 's';

/** One consumer group. Values begin with a letter that says what they are; the rest is the webhook's body. */
async function consume(name: string, group: string, hop: Hop): Promise<void> {
  const consumer = kafka.consumer({
    groupId: `${prefix}-${group}`,
    maxWaitTimeInMs: 100,
    allowAutoTopicCreation: false,
  });
  await consumer.connect();
  await consumer.subscribe({ topic: topic(name), fromBeginning: true });
  await consumer.run({
    partitionsConsumedConcurrently: 6,
    eachBatch: async ({ batch, resolveOffset, heartbeat }) => {
      const byKey = Map.groupBy(batch.messages, (m) => m.key!.toString());
      await Promise.all(
        [...byKey].map(async ([key, messages]) => {
          for (const m of messages) await hop(key, m.value!.toString());
        }),
      );
      resolveOffset(batch.lastOffset());
      await heartbeat();
    },
  });
}

const tell = (kind: string, key: string, value: string): Promise<void> =>
  produce(topic('events'), key, kind + value.slice(1));
const nothing: Hop = async () => undefined;

await consume('inbound', 'core', (key, value) =>
  value.startsWith('o') ? tell(SENT, key, value) : tell(RECEIVED, key, value),
);
await consume('events', 'responder', async (key, value) =>
  value.startsWith(RECEIVED) ? produce(topic('commands'), key, value) : undefined,
);
for (const group of ['translator', 'bot', 'inbox']) await consume('events', group, nothing);
await consume('commands', 'core-commands', (key, value) =>
  Promise.all([produce(topic('outbound'), key, value), tell(QUEUED, key, value)]),
);
await consume('outbound', 'connector', async (key, value) => {
  await callProvider(value.slice(1));
  await produce(topic('inbound'), key, `o${value.slice(1)}`);
});

createServer((incoming, answer) => {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('end', () => {
    const value = Buffer.concat(chunks).toString();
    const chat = /"chat":\{"id":(\d+)/.exec(value)![1]!;
    void produce(topic('inbound'), chat, `m${value}`).then(() => answer.end('ok'));
  });
}).listen(Number(port), '127.0.0.1', () => process.send?.('ready'));

process.on('message', (message) => {
  if (message === 'cpu') process.send?.({ cpu: process.cpuUsage(), rss: process.memoryUsage.rss() });
});
process.on('disconnect', () => process.exit(0));
