import { expect, it } from '@jest/globals';
import type { Bus } from '../port.ts';
import type { Open } from './bus-contract.ts';
import { Seen, upTo } from './contract-bench.ts';
import { waitFor } from './wait-for.ts';

/** Parked keys that are released by nobody's call: asked for from elsewhere, or tried by a new build. */
export function releaseContract(open: Open): void {
  it('releases a parked key asked for in the lot: by the member that consumes it, in order', async () => {
    const bench = await open({ partitions: 4 });
    const seen = new Seen();
    const workers = new Map<string, Set<number>>();
    let broken = true;
    const member = (index: number) =>
      bench.consume(async (batch) => {
        if (broken) throw new Error(`member ${index} cannot`);
        workers.set(batch.key, (workers.get(batch.key) ?? new Set()).add(index));
        await seen.handler(batch);
      });
    await Promise.all([member(0), member(1)]);
    const keys = upTo(6).map((k) => `key-${k}`);
    await bench.bus.publish(upTo(3).flatMap((n) => keys.map((key) => bench.record(key, n))));
    await waitFor('all are parked', async () => (await bench.lot.list(bench.group)).length === 18);
    const ownerOf = new Map(
      (await bench.lot.parkedKeys(bench.group)).map(({ key, reason }) => [key, Number(/member (\d)/.exec(reason)![1])]),
    );
    broken = false;
    for (const key of keys) expect(bench.lot.ask(bench.group, key)).toBe(true);
    await waitFor('all are released', async () => (await bench.lot.parkedKeys(bench.group)).length === 0);
    await bench.bus.publish(keys.map((key) => bench.record(key, 3)));
    await waitFor('the keys flow again', () => seen.count >= 24);
    for (const key of keys) {
      expect(seen.of(key)).toEqual(upTo(4));
      expect([...workers.get(key)!]).toEqual([ownerOf.get(key)]);
    }
    expect(await bench.lot.list(bench.group)).toEqual([]);
  }, 40_000);

  it('keeps a key parked whose release fails, says why, and does not ask again by itself', async () => {
    const bench = await open({ partitions: 1 });
    const seen = new Seen();
    let tries = 0;
    await bench.consume(async (batch) => {
      if (batch.entries.some(({ value }) => value.n === 1)) {
        tries += 1;
        throw new Error('cannot do 1');
      }
      await seen.handler(batch);
    });
    await bench.bus.publish(upTo(3).map((n) => bench.record('k', n)));
    await waitFor('it is parked', async () => (await bench.parkedNumbers('k')).length === 2);
    tries = 0;
    bench.lot.ask(bench.group, 'k');
    await waitFor('the release was answered', async () => (await bench.lot.asked(bench.group)).length === 0);
    expect([await bench.parkedNumbers('k'), tries, seen.of('k')]).toEqual([[1, 2], 1, [0]]);
    expect((await bench.lot.parkedKeys(bench.group))[0]).toMatchObject({ key: 'k', reason: 'Error: cannot do 1' });
  });

  it('tries what another build parked once, and leaves what fails to people', async () => {
    const bench = await open({ partitions: 1 });
    for (const n of upTo(3)) await bench.parkedByOtherBuild('healed', n);
    for (const n of upTo(2)) await bench.parkedByOtherBuild('still-broken', n + 10);
    const seen = new Seen();
    let tries = 0;
    const handler = async (batch: Parameters<typeof seen.handler>[0]): Promise<void> => {
      if (batch.key === 'still-broken') {
        tries += 1;
        throw new Error('no better');
      }
      await seen.handler(batch);
    };
    await bench.consume(handler);
    await waitFor('the one flows, the other was tried', () => seen.of('healed').length === 3 && tries === 1);
    await waitFor('that is noted', async () => (await bench.lot.parkedKeys(bench.group))[0]!.build !== 'older');
    expect([seen.of('healed'), await bench.parkedNumbers('still-broken')]).toEqual([upTo(3), [10, 11]]);
    await bench.reopen();
    await bench.consume(handler);
    bench.lot.ask(bench.group, 'still-broken');
    await waitFor('a person asked', async () => (await bench.lot.asked(bench.group)).length === 0);
    expect(tries).toBe(2);
  }, 40_000);

  it('knows the parked keys of a partition that comes to it from another instance', async () => {
    const bench = await open({ partitions: 1 });
    const seen = new Seen();
    let broken = true;
    const worked = new Set<number>();
    const member = (index: number, bus: Bus) =>
      bench.consume(
        async (batch) => {
          worked.add(index);
          if (broken && batch.key === 'bad') throw new Error('not yet');
          await seen.handler(batch);
        },
        {},
        bus,
      );
    // Both have joined, each with its memory of parked keys, before there are any.
    const members = [await member(0, bench.bus), await member(1, await bench.beside())];
    await bench.bus.publish([bench.record('bad', 0), bench.record('good', 0)]);
    await waitFor('it is parked', async () => (await bench.parkedNumbers('bad')).length === 1);
    await waitFor('the partition goes on', async () => (await bench.lag()) === 0);
    expect(worked.size).toBe(1);
    await members[[...worked][0]!]!.close();
    broken = false;
    await bench.bus.publish([bench.record('bad', 1), bench.record('good', 1)]);
    await waitFor('the next one queues behind', async () => (await bench.parkedNumbers('bad')).length === 2);
    expect(seen.of('bad')).toEqual([]);
    bench.lot.ask(bench.group, 'bad');
    await waitFor('it is released', async () => (await bench.lot.parkedKeys(bench.group)).length === 0);
    await bench.bus.publish([bench.record('bad', 2)]);
    await waitFor('it flows again', () => seen.of('bad').length === 3 && seen.of('good').length === 2);
    expect([seen.of('bad'), seen.of('good')]).toEqual([upTo(3), upTo(2)]);
  }, 60_000);
}
