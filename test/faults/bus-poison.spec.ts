import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { z } from 'zod';
import { type ClusterBus, jsonCodec, MemoryParkingLot } from '../../libs/bus/src/index.ts';
import { until } from '../harness/until.ts';
import { CLIENTS, type Client, clients, describeOnBroker } from './bus-on-broker.ts';

const { Kafka, logLevel, Partitioners } = createRequire(import.meta.url)('kafkajs') as typeof import('kafkajs');

const PARTITIONS = 12;
const KEYS = Array.from({ length: 30 }, (_, k) => `line:shop:${k}`);
/** First without anything ill: what the machine itself makes them wait. */
const CALM_ROUNDS = 30;
const ROUNDS = 90;
const ROUND_MS = 100;
/** A handler's call for the slow key: slow, and far over a batch's time budget. */
const SLOW = [150, 1500];
const P99_MS = 250;
/** What a broker takes with its default `max.message.bytes`, over what we publish ourselves. */
const LARGE = 1_040_000;

const value = z.object({ n: z.number(), at: z.number() });
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describeOnBroker('poison messages and a slow key among healthy ones', () => {
  const brokers = (process.env['KAFKA_BROKERS'] ?? '').split(',');
  const raw = new Kafka({ brokers, clientId: 'poison', logLevel: logLevel.NOTHING });
  const producer = raw.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  beforeAll(() => producer.connect());
  afterAll(() => producer.disconnect());

  /** The bytes that our own `publish` would refuse or never write. */
  async function poison(topic: string): Promise<void> {
    const send = (key: string, bytes: Buffer | null) => producer.send({ topic, messages: [{ key, value: bytes }] });
    await send('bad-bytes', Buffer.from([0xff, 0xfe, 0x00, 0x80]));
    await send('tombstone', null);
    await send('large', Buffer.alloc(LARGE, 'x'));
    await send('deep', Buffer.from('['.repeat(100_000) + ']'.repeat(100_000)));
    await expect(send('too-large', Buffer.alloc(2 * 1024 * 1024, 'x'))).rejects.toThrow();
  }

  it.each(clients.flatMap((client) => SLOW.map((slowMs) => ({ client, slowMs }))))(
    '$client, $slowMs ms: others stay under 250 ms, nothing rebalances, each poison is put aside once',
    async ({ client, slowMs }) => {
      const { waits, slowPartition, seen, joins, rebalances, dead, parked } = await runWith(client, slowMs);
      const calm = spread(waits.filter(({ n }) => n < CALM_ROUNDS).map(({ ms }) => ms));
      const ill = waits.filter(({ n }) => n >= CALM_ROUNDS);
      const [near, far] = [true, false].map((isNear) =>
        spread(ill.filter(({ partition }) => (partition === slowPartition) === isNear).map(({ ms }) => ms)),
      );
      console.info(
        `${client}, slow key ${slowMs} ms: calm ${text(calm)}; other partitions ${text(far!)}; its own partition ${text(near!)}; ` +
          `joins ${joins}, rebalances ${rebalances}`,
      );
      for (const key of KEYS) expect(seen.get(key)).toEqual([...Array(ROUNDS).keys()]);
      expect({ joins, rebalances }).toEqual({ joins: 1, rebalances: 0 });
      expect(dead.sort()).toEqual(['bad-bytes', 'deep', 'large', 'tombstone']);
      expect(parked).toEqual(['type-error', 'undefined']);
      expect(far!.p99).toBeLessThan(P99_MS + 2 * calm.p99);
      expect(near!.p99).toBeLessThan(P99_MS + 2 * calm.p99);
    },
    120_000,
  );

  async function runWith(client: Client, slowMs: number) {
    const topic = `poison.${client}.${slowMs}.${Date.now()}`;
    const counted = { joins: 0, rebalances: 0 };
    const lot = new MemoryParkingLot();
    const bus = await CLIENTS[client]({
      brokers,
      clientId: `poison-${client}`,
      parking: lot,
      logger: countingLogger(counted),
    });
    try {
      await bus.ensureTopics([{ name: topic, retentionMs: 3_600_000, partitions: PARTITIONS }]);
      const seen = new Map<string, number[]>();
      const waits: { n: number; partition: number; ms: number }[] = [];
      let slow = 0;
      let slowPartition = -1;
      await (
        await bus.consume<z.infer<typeof value>>({
          topics: [topic],
          group: `g.${topic}`,
          decode: jsonCodec(value),
          handler: async ({ key, entries }) => {
            if (key === 'type-error') (undefined as unknown as { id: string }).id.at(0);
            if (key === 'undefined') await Promise.reject(undefined as unknown as Error);
            if (key === 'slow') {
              await pause(slowMs);
              slow += entries.length;
              slowPartition = entries[0]!.message.partition;
              return;
            }
            for (const { message, value: sent } of entries) {
              waits.push({ n: sent.n, partition: message.partition, ms: Date.now() - sent.at });
              seen.set(key, [...(seen.get(key) ?? []), sent.n]);
            }
          },
        })
      ).joined;
      await flow(bus, topic);
      await until('all healthy messages have arrived', () => waits.length === KEYS.length * ROUNDS, 30_000);
      await until('the slow key is done', () => slow === ROUNDS - CALM_ROUNDS, 30_000);
      const dead = (await bus.read(`${topic}.dlq`, 0, 0n, 100)).map(({ key }) => key);
      const parked = (await lot.parkedKeys(`g.${topic}`)).map(({ key }) => key).sort();
      return { waits, slowPartition, seen, dead, parked, ...counted };
    } finally {
      await bus.close();
    }
  }

  async function flow(bus: ClusterBus, topic: string): Promise<void> {
    const one = (key: string, n: number) => ({ topic, key, value: JSON.stringify({ n, at: Date.now() }) });
    for (let n = 0; n < ROUNDS; n += 1) {
      const next = pause(ROUND_MS);
      const ill = n >= CALM_ROUNDS ? ['slow'] : [];
      await bus.publish([...ill, ...KEYS].map((key) => one(key, n)));
      if (n === CALM_ROUNDS + 10) await poison(topic);
      if (n === CALM_ROUNDS + 15) await bus.publish([one('type-error', 0), one('undefined', 0)]);
      await next;
    }
  }
});

interface Spread {
  count: number;
  p50: number;
  p99: number;
  max: number;
}

function spread(all: number[]): Spread {
  const sorted = all.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
  return { count: all.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

const text = ({ count, p50, p99, max }: Spread): string => `${count} messages p50 ${p50}, p99 ${p99}, max ${max} ms`;

function countingLogger(counted: { joins: number; rebalances: number }) {
  const info = (_fields: object, message: string): void => {
    if (message === 'kafka: joined the group') counted.joins += 1;
    if (message === 'kafka: group rebalances') counted.rebalances += 1;
  };
  return { info, warn: () => {}, error: () => {} };
}
