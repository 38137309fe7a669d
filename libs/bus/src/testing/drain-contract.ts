import { expect, it } from '@jest/globals';
import type { Open } from './bus-contract.ts';
import { Seen } from './contract-bench.ts';
import { waitFor } from './wait-for.ts';

/** How the consumers of a process come to an end. */
export function drainContract(open: Open): void {
  it('drains: takes nothing new, finishes and commits what runs, and still publishes', async () => {
    const bench = await open({ partitions: 1 });
    const seen = new Seen();
    let finish: () => void = () => {};
    const gate = new Promise<void>((resolve) => (finish = resolve));
    let started = 0;
    const subscription = await bench.consume(async (batch) => {
      started += 1;
      await gate;
      await bench.bus.publish([{ ...bench.record('effect', 0), topic: bench.topic }]);
      await seen.handler(batch);
    });
    expect(bench.bus.consumers()).toMatchObject([{ group: bench.group, up: true }]);
    await bench.bus.publish([bench.record('a', 0)]);
    await waitFor('the handler runs', () => started === 1);
    const drained = bench.bus.drain(20_000);
    expect(subscription.ready()).toBe(false);
    await bench.bus.publish([bench.record('b', 0)]);
    finish();
    await drained;
    expect([...seen.byKey]).toEqual([['a', [0]]]);
    const [lag] = await bench.bus.lag(bench.group, [bench.topic]);
    expect([lag!.committed, lag!.end]).toEqual([1n, 3n]);
    expect(bench.bus.consumers()).toEqual([]);
  }, 40_000);

  it('does not wait for a hung handler beyond the deadline, and delivers its record again', async () => {
    const bench = await open({ partitions: 1 });
    let started = 0;
    await bench.consume(async () => {
      started += 1;
      await new Promise(() => {});
    });
    await bench.bus.publish([bench.record('a', 0)]);
    await waitFor('the handler hangs', () => started === 1);
    const before = performance.now();
    await bench.bus.drain(300);
    expect(performance.now() - before).toBeLessThan(3000);
    await bench.reopen();
    const seen = new Seen();
    await bench.consume(seen.handler);
    await waitFor('it came again', () => seen.count === 1);
  }, 60_000);
}
