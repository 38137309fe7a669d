import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Bus } from '../../libs/bus/src/index.ts';
import { until } from '../harness/until.ts';
import { BrokerBehindProxy, CLIENTS, clients, describeOnBroker } from './bus-on-broker.ts';

const KEYS = Array.from({ length: 12 }, (_, k) => `webchat:shop:${k}`);

describeOnBroker('the connections to the broker go bad', () => {
  let broker: BrokerBehindProxy;
  const open = new Set<Bus>();
  beforeAll(async () => {
    broker = await BrokerBehindProxy.start(22_430);
  });
  afterEach(async () => {
    broker.proxy.halfOpen = false;
    await Promise.all([...open].map((bus) => bus.close()));
    open.clear();
  });
  afterAll(() => broker?.destroy());

  async function flowing(client: (typeof clients)[number], name: string) {
    const topic = `${name}.${client}`;
    const bus = await CLIENTS[client]({ brokers: broker.brokers, clientId: topic });
    open.add(bus);
    await bus.ensureTopics([{ name: topic, retentionMs: 3_600_000, partitions: 4 }]);
    const seen = new Map<string, number[]>();
    const member = await bus.consume({
      topics: [topic],
      group: `g.${topic}`,
      decode: ({ value }) => Number(value),
      handler: async ({ key, entries }) => {
        seen.set(key, [...(seen.get(key) ?? []), ...entries.map(({ value }) => value)]);
      },
    });
    await member.joined;
    const round = (n: number) => bus.publish(KEYS.map((key) => ({ topic, key, value: String(n) })));
    const firstSights = () => KEYS.map((key) => [...new Set(seen.get(key))]);
    const all = (count: number) => KEYS.map(() => [...Array(count).keys()]);
    const arrived = (count: number) => () => KEYS.every((key) => new Set(seen.get(key)).size >= count);
    return { bus, topic, member, round, firstSights, all, arrived };
  }

  it.each(clients)(
    '%s: cut again and again under load, nothing is lost, doubled in the log or out of order',
    async (client) => {
      const { bus, topic, round, firstSights, all, arrived } = await flowing(client, 'cut');
      const rounds: Promise<void>[] = [];
      for (let n = 0; n < 200; n += 1) {
        rounds.push(round(n));
        if (n % 40 === 20) broker.proxy.cut();
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      await Promise.all(rounds);
      await until('all has arrived', arrived(200), 60_000);
      expect(firstSights()).toEqual(all(200));
      for (let partition = 0; partition < 4; partition += 1) {
        const records = (await bus.read(topic, partition, 0n, 10_000)).map(({ key, value }) => `${key}/${value}`);
        expect(records).toHaveLength(new Set(records).size);
      }
    },
    120_000,
  );

  it.each(clients)(
    '%s: half open for longer than a session, it comes back by itself',
    async (client) => {
      const { member, round, firstSights, all, arrived } = await flowing(client, 'half-open');
      await round(0);
      await until('the first has arrived', arrived(1));
      broker.proxy.halfOpen = true;
      const published = round(1);
      await new Promise((resolve) => setTimeout(resolve, 15_000));
      broker.proxy.halfOpen = false;
      const healed = Date.now();
      await published;
      await round(2);
      await until('the rest has arrived', arrived(3), 90_000);
      console.info(`${client}: all had arrived ${Date.now() - healed} ms after the network healed`);
      expect(firstSights()).toEqual(all(3));
      expect(member.ready()).toBe(true);
      expect(member.failure()).toBeUndefined();
    },
    180_000,
  );
});
