import { afterEach, describe, expect, it } from '@jest/globals';
import { TransientError } from '../port.ts';
import { type BusContractSubject, ContractBench, Seen, upTo } from './contract-bench.ts';
import { drainContract } from './drain-contract.ts';
import { releaseContract } from './release-contract.ts';
import { slowKeyContract } from './slow-key-contract.ts';
import { waitFor } from './wait-for.ts';

/** What every adapter of the bus keeps, whatever it stands on. */
export function busContract(subject: BusContractSubject): void {
  describe(`${subject.name}: the bus contract`, () => {
    let bench: ContractBench | undefined;
    const open = async (options?: Parameters<typeof ContractBench.open>[1]): Promise<ContractBench> =>
      (bench = await ContractBench.open(subject, options));
    afterEach(async () => {
      await bench?.destroy();
      bench = undefined;
    });

    deliveryContract(open);
    groupContract(open);
    failureContract(open);
    slowKeyContract(open);
    releaseContract(open);
    drainContract(open);
    readingContract(open);
  });
}

export type Open = (options?: { partitions?: number; parkedKeysPerMinute?: number }) => Promise<ContractBench>;

function deliveryContract(open: Open): void {
  it('keeps the order of publishing per key, with keys interleaved and publishes coalesced', async () => {
    const bench = await open();
    const keys = upTo(12).map((k) => `key-${k}`);
    await Promise.all(upTo(50).flatMap((n) => keys.map((key) => bench.bus.publish([bench.record(key, n)]))));
    const seen = new Seen();
    let largest = 0;
    await bench.consume(async (batch) => {
      largest = Math.max(largest, batch.entries.length);
      await seen.handler(batch);
    });
    await waitFor('all have arrived', () => seen.count >= 600);
    for (const key of keys) expect(seen.of(key)).toEqual(upTo(50));
    expect(largest).toBeGreaterThan(1);
    expect(largest).toBeLessThanOrEqual(64);
  });

  it('delivers headers, key and time as published, and what is published while consuming', async () => {
    const bench = await open();
    const got: { key: string; headers: Readonly<Record<string, string>>; timestamp: number }[] = [];
    await bench.consume(async ({ entries }) => {
      got.push(...entries.map(({ message: { key, headers, timestamp } }) => ({ key, headers, timestamp })));
    });
    const before = Date.now();
    await bench.bus.publish([{ ...bench.record('tëst:1', 0), headers: { 'seaway-schema': 'x.v1', name: '充值' } }]);
    await waitFor('it has arrived', () => got.length === 1);
    expect(got[0]).toMatchObject({ key: 'tëst:1', headers: { 'seaway-schema': 'x.v1', name: '充值' } });
    expect(Math.abs(got[0]!.timestamp - before)).toBeLessThan(10_000);
  });

  it('commits the low-water mark only, and delivers an interrupted record again to a new instance', async () => {
    const bench = await open({ partitions: 1 });
    await bench.bus.publish([
      bench.record('a', 0),
      bench.record('stuck', 0),
      bench.record('b', 0),
      bench.record('stuck', 1),
    ]);
    const first = new Seen();
    const subscription = await bench.consume(async (batch) => {
      if (batch.key === 'stuck') await new Promise((resolve) => batch.signal.addEventListener('abort', resolve));
      if (batch.signal.aborted) throw new TransientError('lost the partition');
      await first.handler(batch);
    });
    await waitFor('the others are done', () => first.of('a').length === 1 && first.of('b').length === 1);
    await subscription.close(50);
    await bench.reopen();
    const [lag] = await bench.bus.lag(bench.group, [bench.topic]);
    expect(lag!.committed).toBeLessThanOrEqual(1n);

    const second = new Seen();
    await bench.consume(second.handler);
    await waitFor('the interrupted ones came again', () => second.of('stuck').length >= 2);
    expect(second.of('stuck')).toEqual([0, 1]);
    await waitFor('nothing is left', async () => (await bench.lag()) === 0);
  }, 60_000);

  it('does not deliver again what was committed before a restart', async () => {
    const bench = await open();
    await bench.bus.publish(upTo(20).map((n) => bench.record(`k${n % 3}`, n)));
    const first = new Seen();
    await bench.consume(first.handler);
    await waitFor('all have arrived', () => first.count === 20);
    await waitFor('all are committed', async () => (await bench.lag()) === 0);
    await bench.reopen();
    const second = new Seen();
    await bench.consume(second.handler);
    await bench.bus.publish([bench.record('k0', 99)]);
    await waitFor('the new one has arrived', () => second.count > 0);
    expect([...second.byKey]).toEqual([['k0', [99]]]);
  });
}

function groupContract(open: Open): void {
  it('shows everything once to each group', async () => {
    const bench = await open();
    const [one, two] = [new Seen(), new Seen()];
    await bench.consume(one.handler, { group: `${bench.group}.1` });
    await bench.consume(two.handler, { group: `${bench.group}.2` });
    await bench.bus.publish(upTo(40).map((n) => bench.record(`k${n % 5}`, n)));
    await waitFor('both have all', () => one.count === 40 && two.count === 40);
  });

  it('shares partitions among members, and loses and reorders nothing when one leaves', async () => {
    const bench = await open({ partitions: 6 });
    const keys = upTo(24).map((k) => `key-${k}`);
    const all = new Seen();
    const perMember = [0, 0];
    const working = new Set<string>();
    let overlaps = 0;
    const member = (index: number) =>
      bench.consume(async (batch) => {
        perMember[index]! += batch.entries.length;
        if (working.has(batch.key)) overlaps += 1;
        working.add(batch.key);
        await new Promise((resolve) => setTimeout(resolve, 2));
        working.delete(batch.key);
        await all.handler(batch);
      });
    await member(0);
    const leaving = await member(1);
    let n = 0;
    const burst = (): Promise<void> => {
      const round = n++;
      return bench.bus.publish(keys.map((key) => bench.record(key, round)));
    };
    await waitFor('both members work', async () => {
      await burst();
      return perMember.every((count) => count > 0);
    });
    const closing = leaving.close();
    for (let i = 0; i < 20; i += 1) await burst();
    await closing;
    await burst();
    const complete = (): boolean => keys.every((key) => new Set(all.of(key)).size === n);
    await waitFor('every record has arrived', complete);
    for (const key of keys) expect(firstSights(all.of(key))).toEqual(upTo(n));
    expect(overlaps).toBe(0);
  }, 60_000);

  it('shows a group that starts at `latest` only what comes after it joined', async () => {
    const bench = await open();
    await bench.bus.publish([bench.record('k', 0), bench.record('l', 0)]);
    const seen = new Seen();
    await bench.consume(seen.handler, { from: 'latest' });
    await bench.bus.publish([bench.record('k', 1), bench.record('l', 1)]);
    await waitFor('the new ones have arrived', () => seen.count >= 2);
    expect([seen.of('k'), seen.of('l')]).toEqual([[1], [1]]);
  });
}

function failureContract(open: Open): void {
  it('parks a key that fails, lets the others flow, and releases it in order', async () => {
    const bench = await open({ partitions: 1 });
    const seen = new Seen();
    let broken = true;
    const subscription = await bench.consume(async (batch) => {
      if (broken && batch.key === 'bad' && batch.entries.some((e) => e.value.n === 1))
        throw new TypeError('cannot do 1');
      await seen.handler(batch);
    });
    await bench.bus.publish(upTo(4).flatMap((n) => [bench.record('bad', n), bench.record('good', n)]));
    await waitFor('good has passed', () => seen.of('good').length === 4);
    await waitFor('the partition goes on', async () => (await bench.lag()) === 0);
    expect(seen.of('bad')).toEqual([0]);
    const parked = await bench.lot.list(bench.group, 'bad');
    expect(parked.map((r) => JSON.parse(r.value) as unknown)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect(parked[0]).toMatchObject({ topic: bench.topic, key: 'bad', reason: 'TypeError: cannot do 1' });

    await expect(subscription.release('bad')).rejects.toThrow('cannot do 1');
    await bench.bus.publish([bench.record('bad', 4)]);
    await waitFor('the next one queues behind', async () => (await bench.lot.list(bench.group)).length === 4);
    broken = false;
    expect(await subscription.release('bad')).toBe(4);
    await bench.bus.publish([bench.record('bad', 5)]);
    await waitFor('the key flows again', () => seen.of('bad').length === 6);
    expect(seen.of('bad')).toEqual(upTo(6));
    expect(await bench.lot.list(bench.group)).toEqual([]);
  });

  it('keeps a key parked across a restart', async () => {
    const bench = await open();
    await bench.consume(async () => {
      throw new Error('never');
    });
    await bench.bus.publish([bench.record('bad', 0)]);
    await waitFor('it is parked', async () => (await bench.lot.list(bench.group)).length === 1);
    await waitFor('it is committed', async () => (await bench.lag()) === 0);
    await bench.reopen();
    const seen = new Seen();
    const subscription = await bench.consume(seen.handler);
    await bench.bus.publish([bench.record('bad', 1), bench.record('good', 0)]);
    await waitFor(
      'both are dealt with',
      async () => seen.count === 1 && (await bench.lot.list(bench.group)).length === 2,
    );
    expect(await subscription.release('bad')).toBe(2);
    expect([seen.of('good'), seen.of('bad')]).toEqual([[0], [0, 1]]);
  });

  it('pauses and comes again with the same entries while infrastructure is away, and parks nothing', async () => {
    const bench = await open({ partitions: 1 });
    const seen = new Seen();
    let failures = 0;
    const subscription = await bench.consume(async (batch) => {
      if (batch.key === 'a' && failures < 3) {
        failures += 1;
        throw new TransientError('the store is away');
      }
      await seen.handler(batch);
    });
    await bench.bus.publish(upTo(5).flatMap((n) => [bench.record('a', n), bench.record('b', n)]));
    await waitFor('all have arrived', () => seen.of('a').length >= 5 && seen.of('b').length >= 5);
    expect([failures, seen.of('a'), seen.of('b')]).toEqual([3, upTo(5), upTo(5)]);
    expect(await bench.lot.list(bench.group)).toEqual([]);
    expect(subscription.ready()).toBe(true);
  });

  it('is done without a call with what a group has nothing to do with, but not with what is no message', async () => {
    const bench = await open({ partitions: 1 });
    const seen = new Seen();
    await bench.consume(seen.handler, { wants: ({ n }) => n % 2 === 0 });
    await bench.bus.publish([
      ...upTo(10).map((n) => bench.record('k', n)),
      { topic: bench.topic, key: 'k', value: '{broken' },
      ...upTo(9).map((n) => bench.record('odd', n * 2 + 1)),
    ]);
    await waitFor('nothing is left', async () => (await bench.lag()) === 0);
    expect([seen.of('k'), seen.of('odd')]).toEqual([[0, 2, 4, 6, 8], []]);
    expect(bench.letters).toHaveLength(1);
  });

  it('sends undecodable bytes to the dead-letter topic with reason and place, and goes on', async () => {
    const bench = await open({ partitions: 1 });
    const seen = new Seen();
    await bench.consume(seen.handler);
    await bench.bus.publish([
      bench.record('k', 0),
      { topic: bench.topic, key: 'k', value: '{broken', headers: { a: 'b' } },
      bench.record('k', 1),
    ]);
    await waitFor('the good ones have passed', () => seen.count === 2);
    expect(seen.of('k')).toEqual([0, 1]);
    const [dead, ...more] = await bench.bus.read(`${bench.topic}.dlq`, 0, 0n, 10);
    expect(more).toEqual([]);
    expect(dead).toMatchObject({ key: 'k', value: '{broken' });
    expect(dead!.headers).toMatchObject({
      a: 'b',
      'x-dlq-reason': 'is no JSON',
      'x-dlq-topic': bench.topic,
      'x-dlq-partition': '0',
      'x-dlq-offset': '1',
    });
    expect(Number(dead!.headers['x-dlq-at'])).toBeGreaterThan(0);
    expect(dead!.headers).toMatchObject({ 'x-dlq-group': bench.group, 'x-dlq-build': expect.any(String) });
    expect(bench.letters).toEqual([
      expect.objectContaining({
        group: bench.group,
        topic: bench.topic,
        partition: 0,
        offset: 1n,
        key: 'k',
        value: '{broken',
        headers: { a: 'b' },
        reason: 'is no JSON',
        origin: `${bench.topic}/0/1`,
      }),
    ]);
    expect(await bench.lot.list(bench.group)).toEqual([]);
  });

  it('stops, and says why, when more keys fail within a minute than may be parked', async () => {
    const bench = await open({ partitions: 1, parkedKeysPerMinute: 2 });
    const subscription = await bench.consume(async () => {
      throw new Error('bad build');
    });
    expect(subscription.ready()).toBe(true);
    await bench.bus.publish(upTo(6).map((n) => bench.record(`key-${n}`, n)));
    await waitFor('it has stopped', () => !subscription.ready());
    expect(subscription.failure()?.message).toContain('more than 2 keys failed within a minute');
    expect(subscription.failure()?.message).toContain('bad build');
    expect(bench.bus.consumers()).toEqual([
      { group: bench.group, topics: [bench.topic], up: false, detail: subscription.failure()!.message },
    ]);
    await subscription.close();
    expect(await bench.lot.list(bench.group)).toHaveLength(2);
    expect(await bench.lag()).toBeGreaterThanOrEqual(4);
  });
}

function readingContract(open: Open): void {
  it('counts lag, and reads records again from any place', async () => {
    const bench = await open({ partitions: 2 });
    await bench.bus.publish(upTo(30).map((n) => bench.record(`k${n % 7}`, n)));
    const lags = await bench.bus.lag(bench.group, [bench.topic]);
    expect(lags.map((p) => p.partition)).toEqual([0, 1]);
    expect(lags.reduce((sum, p) => sum + p.messages, 0)).toBe(30);
    const { partition, end } = lags.find((p) => p.messages > 2)!;
    const all = await bench.bus.read(bench.topic, partition, 0n, 1000);
    expect(all.map((m) => m.offset)).toEqual(upTo(Number(end)).map(BigInt));
    const some = await bench.bus.read(bench.topic, partition, 1n, 2);
    expect(some).toEqual(all.slice(1, 3));
    expect(await bench.bus.read(bench.topic, partition, end, 10)).toEqual([]);
    const oldest = lags.filter((p) => p.messages > 0).map((p) => Date.now() - p.oldestAt!);
    // Kafka's is an estimate to half a second.
    for (const age of oldest) expect(Math.abs(age)).toBeLessThan(5000);
    await bench.consume(new Seen().handler);
    await waitFor('nothing is left', async () => (await bench.lag()) === 0);
    expect((await bench.bus.lag(bench.group, [bench.topic])).map((p) => p.oldestAt)).toEqual([undefined, undefined]);
  });

  it('refuses topics that were not declared, other partition counts, and records that are too large', async () => {
    const bench = await open({ partitions: 2 });
    await expect(bench.bus.publish([{ ...bench.record('k', 0), topic: 'contract.undeclared' }])).rejects.toThrow(
      'does not exist',
    );
    await expect(bench.bus.ensureTopics([{ name: bench.topic, retentionMs: 1000, partitions: 3 }])).rejects.toThrow(
      'keys would move',
    );
    await expect(bench.bus.publish([{ ...bench.record('k', 0), value: 'x'.repeat(1_100_000) }])).rejects.toThrow(
      'over the limit',
    );
    await bench.bus.publish([bench.record('k', 0)]);
    expect((await bench.bus.health()).up).toBe(true);
  });
}

/** At least once allows repetition; order is that of first sights. */
function firstSights(numbers: readonly number[]): number[] {
  return [...new Set(numbers)];
}
