import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Bus } from '../../libs/bus/src/index.ts';
import { KAFKA_API } from '../../libs/bus/src/testing/tcp-proxy.ts';
import { BrokerBehindProxy, CLIENTS, clients, describeOnBroker } from './bus-on-broker.ts';

const { Kafka, logLevel } = createRequire(import.meta.url)('kafkajs') as typeof import('kafkajs');

const PARTITIONS = 3;
const KEYS = 9;
const ROUNDS = 5;
const PER_ROUND = 1500;

describeOnBroker('the answer to a produce is lost', () => {
  let broker: BrokerBehindProxy;
  beforeAll(async () => {
    broker = await BrokerBehindProxy.start(22_410);
  });
  afterAll(() => broker?.destroy());

  const declare = (bus: Bus, name: string, partitions: number): Promise<void> =>
    bus.ensureTopics([{ name, retentionMs: 3_600_000, partitions }]);

  it.each(clients)('%s: our one send at a time loses and doubles nothing', async (client) => {
    const bus = await CLIENTS[client]({ brokers: broker.brokers, clientId: `lost-${client}` });
    const topic = `lost.${client}`;
    await declare(bus, topic, PARTITIONS);
    const before = broker.proxy.lostAnswers;
    for (let round = 0; round < ROUNDS; round += 1) {
      broker.proxy.loseAnswerTo(KAFKA_API.produce);
      const numbers = Array.from({ length: PER_ROUND }, (_, n) => round * PER_ROUND + n);
      await Promise.all(numbers.map((n) => bus.publish([{ topic, key: `key-${n % KEYS}`, value: String(n) }])));
    }
    const byKey = new Map<string, number[]>();
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      for (const { key, value } of await bus.read(topic, partition, 0n, 1_000_000))
        byKey.set(key, [...(byKey.get(key) ?? []), Number(value)]);
    }
    await bus.close();
    expect(broker.proxy.lostAnswers - before).toBe(ROUNDS);
    for (let key = 0; key < KEYS; key += 1) {
      const all = Array.from({ length: ROUNDS * PER_ROUND }, (_, n) => n);
      expect(byKey.get(`key-${key}`)).toEqual(all.filter((n) => n % KEYS === key));
    }
  });

  it('kafkajs itself, idempotent and with several sends at a time, loses what it acknowledged: why there is one at a time', async () => {
    const bus = await CLIENTS.platformatic({ brokers: broker.brokers, clientId: 'lost-control' });
    const topic = 'lost.control';
    await declare(bus, topic, 1);
    const kafka = new Kafka({ brokers: broker.brokers, clientId: 'raw', logLevel: logLevel.NOTHING });
    const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    const send = (value: string) => producer.send({ topic, acks: -1, messages: [{ key: 'k', value }] });
    await send('first');
    broker.proxy.loseAnswerTo(KAFKA_API.produce);
    const values = Array.from({ length: 200 }, (_, n) => String(n));
    const outcomes = await Promise.allSettled(values.map(send));
    const stored = (await bus.read(topic, 0, 0n, 10_000)).map(({ value }) => value);
    await producer.disconnect();
    await bus.close();
    const acknowledged = values.filter((_, n) => outcomes[n]!.status === 'fulfilled');
    const lost = acknowledged.filter((value) => !stored.includes(value)).length;
    const doubled = stored.length - new Set(stored).size;
    console.info(`raw kafkajs: of ${acknowledged.length} acknowledged ${lost} lost, ${doubled} doubled`);
    expect({ lost, doubled }).toEqual({ lost: 1, doubled: 1 });
  });
});
