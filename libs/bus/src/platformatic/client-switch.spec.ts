import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { ClusterBus } from '../cluster/cluster-bus.ts';
import { openKafkaBus } from '../kafka/open-kafka-bus.ts';
import type { KeyHandler, Subscription } from '../port.ts';
import { waitFor } from '../testing/wait-for.ts';
import { openPlatformaticBus } from './open-platformatic-bus.ts';

const brokers = process.env['KAFKA_BROKERS'];
const openers = { kafkajs: openKafkaBus, platformatic: openPlatformaticBus };
type Client = keyof typeof openers;

const KEYS = Array.from({ length: 30 }, (_, k) => `telegram:main:${7000 + k}`);
const PARTITIONS = 6;

if (brokers === undefined) {
  process.stdout.write('skipped: switching the Kafka client (KAFKA_BROKERS not set; npm run services)\n');
  describe.skip('switching the Kafka client', () => it('needs a broker', () => {}));
} else {
  describe('switching the Kafka client', () => {
    const open = new Set<ClusterBus>();
    const topic = (): string => `contract.${randomUUID()}`;
    const bus = async (client: Client): Promise<ClusterBus> => {
      const opened = await openers[client]({ brokers: brokers.split(','), clientId: `switch-${client}` });
      open.add(opened);
      return opened;
    };
    afterEach(async () => {
      await Promise.all([...open].map((opened) => opened.close()));
      open.clear();
    });
    const consume = async (on: ClusterBus, name: string, handler: KeyHandler<string>): Promise<Subscription> => {
      const member = await on.consume({ topics: [name], group: `g.${name}`, decode: (m) => m.value, handler });
      await member.joined;
      return member;
    };
    const round = (name: string, n: number) => KEYS.map((key) => ({ topic: name, key, value: `${key}/${n}` }));

    it('chooses the same partition for a key', async () => {
      const name = topic();
      const both = [await bus('kafkajs'), await bus('platformatic')];
      await both[0]!.ensureTopics([{ name, retentionMs: 3_600_000, partitions: PARTITIONS }]);
      for (const one of both) await one.publish(round(name, 0));
      for (let partition = 0; partition < PARTITIONS; partition += 1) {
        const keys = (await both[0]!.read(name, partition, 0n, 100)).map(({ key }) => key);
        const half = keys.length / 2;
        expect(keys.slice(0, half)).toEqual(keys.slice(half));
      }
    });

    it.each<[Client, Client]>([
      ['kafkajs', 'platformatic'],
      ['platformatic', 'kafkajs'],
    ])('goes on with %s’s committed offsets in %s: nothing is lost or doubled', async (before, after) => {
      const name = topic();
      const first = await bus(before);
      await first.ensureTopics([{ name, retentionMs: 3_600_000, partitions: PARTITIONS }]);
      const seen: string[] = [];
      const handler: KeyHandler<string> = async ({ entries }) => {
        seen.push(...entries.map(({ value }) => value));
      };
      const member = await consume(first, name, handler);
      for (let n = 0; n < 5; n += 1) await first.publish(round(name, n));
      await waitFor('the first half has arrived', () => seen.length === 5 * KEYS.length);
      await member.close();
      for (let n = 5; n < 10; n += 1) await first.publish(round(name, n));
      await first.close();
      const second = await bus(after);
      await consume(second, name, handler);
      const lag = async () => (await second.lag(`g.${name}`, [name])).reduce((sum, p) => sum + p.messages, 0);
      await waitFor('nothing is left', async () => (await lag()) === 0);
      expect([...seen].sort()).toEqual(
        Array.from({ length: 10 }, (_, n) => round(name, n).map((r) => r.value))
          .flat()
          .sort(),
      );
    });

    it.each<[Client, Client]>([
      ['kafkajs', 'platformatic'],
      ['platformatic', 'kafkajs'],
    ])(
      'has members of both in one group, led by %s and then by %s: a deployment can roll',
      async (leading, joining) => {
        const name = topic();
        const [old, young] = [await bus(leading), await bus(joining)];
        await old.ensureTopics([{ name, retentionMs: 3_600_000, partitions: PARTITIONS }]);
        const byKey = new Map<string, Set<number>>();
        const handled = [0, 0];
        const working = new Set<string>();
        let overlaps = 0;
        const handler =
          (index: number): KeyHandler<string> =>
          async ({ key, entries }) => {
            if (working.has(key)) overlaps += 1;
            working.add(key);
            await new Promise((resolve) => setTimeout(resolve, 1));
            working.delete(key);
            handled[index]! += entries.length;
            const numbers = byKey.get(key) ?? new Set();
            for (const { value } of entries) numbers.add(Number(value.split('/')[1]));
            byKey.set(key, numbers);
          };
        const leaving = await consume(old, name, handler(0));
        await consume(young, name, handler(1));
        let n = 0;
        await waitFor('both work', async () => {
          await old.publish(round(name, n++));
          return handled.every((count) => count > 0);
        });
        const closing = leaving.close();
        for (let i = 0; i < 20; i += 1) await young.publish(round(name, n++));
        await closing;
        await waitFor('all has arrived', () => KEYS.every((key) => byKey.get(key)?.size === n));
        for (const key of KEYS) expect([...byKey.get(key)!]).toEqual([...Array(n).keys()]);
        expect(overlaps).toBe(0);
      },
      60_000,
    );
  });
}
