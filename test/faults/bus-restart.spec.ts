import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { ClusterBus } from '../../libs/bus/src/index.ts';
import { until } from '../harness/until.ts';
import { BrokerBehindProxy, CLIENTS, clients, describeOnBroker } from './bus-on-broker.ts';

const PARTITIONS = 6;
const KEYS = Array.from({ length: 24 }, (_, k) => `telegram:main:${7000 + k}`);
const BEFORE = 40;
const AFTER = 40;

describeOnBroker('the broker restarts in the middle of producing and consuming', () => {
  let broker: BrokerBehindProxy;
  const open = new Set<ClusterBus>();
  beforeAll(async () => {
    broker = await BrokerBehindProxy.start(22_420);
  });
  afterEach(async () => {
    await Promise.all([...open].map((bus) => bus.close()));
    open.clear();
  });
  afterAll(() => broker?.destroy());

  it.each(clients)(
    '%s: loses, doubles and reorders nothing, and needs no hand',
    async (client) => {
      const topic = `restart.${client}`;
      const crashes: string[] = [];
      const bus = await CLIENTS[client]({
        brokers: broker.brokers,
        clientId: `restart-${client}`,
        onCrash: (error) => crashes.push(error.message),
      });
      open.add(bus);
      await bus.ensureTopics([{ name: topic, retentionMs: 3_600_000, partitions: PARTITIONS }]);
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

      let acknowledged = 0;
      let stop = false;
      const produced = new Map(KEYS.map((key) => [key, 0]));
      /** Without end, one after the other per key, as fast as the broker takes it. */
      const writer = async (key: string): Promise<void> => {
        for (let n = 0; !stop; n += 1) {
          await bus.publish([{ topic, key, value: String(n) }]);
          produced.set(key, n + 1);
          acknowledged += 1;
        }
      };
      const writers = Promise.all(KEYS.map(writer));
      await until('both streams flow', () => acknowledged > BEFORE * KEYS.length && seen.size === KEYS.length);
      const started = Date.now();
      await broker.down();
      const atRestart = acknowledged;
      await broker.up();
      const up = Date.now();
      await until('it goes on', () => acknowledged > atRestart + AFTER * KEYS.length, 60_000);
      const producing = Date.now();
      stop = true;
      await writers;
      await until(
        'all has arrived',
        () => KEYS.every((key) => new Set(seen.get(key)).size >= produced.get(key)!),
        60_000,
      );
      const consuming = Date.now();

      let doubledInLog = 0;
      for (let partition = 0; partition < PARTITIONS; partition += 1) {
        const records = await bus.read(topic, partition, 0n, 1_000_000);
        doubledInLog += records.length - new Set(records.map(({ key, value }) => `${key}/${value}`)).size;
      }
      const redelivered = [...seen.values()].reduce((sum, all) => sum + all.length - new Set(all).size, 0);
      console.info(
        `${client}: ${acknowledged} records, ${atRestart} before the restart, which took ${up - started} ms; ` +
          `producing ${producing - up} ms and consumed ${consuming - up} ms after it; ` +
          `${doubledInLog} doubled in the log, ${redelivered} delivered again`,
      );
      expect(doubledInLog).toBe(0);
      for (const key of KEYS) {
        expect([...new Set(seen.get(key))]).toEqual([...Array(produced.get(key)!).keys()]);
        expect(replays(seen.get(key)!)).toEqual([]);
      }
      expect(crashes).toEqual([]);
      expect(member.ready()).toBe(true);
    },
    180_000,
  );
});

/** What came again may come again only in order: from some earlier place on, without a gap. */
function replays(numbers: readonly number[]): string[] {
  return numbers.flatMap((n, at) => (at > 0 && n > numbers[at - 1]! + 1 ? [`${numbers[at - 1]} → ${n}`] : []));
}
