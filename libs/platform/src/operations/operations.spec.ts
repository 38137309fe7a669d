import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Bus, type BusMessage, openEmbeddedBus, type Subscription, UndecodableError } from '#libs/bus';
import { HEADER } from '#libs/contracts';
import { openEmbeddedStore, type Store, StoreDeadLetterBox, StoreParkingLot } from '#libs/store';
import { createOperations } from './create-operations.ts';
import type { Operations } from './operations.ts';

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 15_000; !(await holds());) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await new Promise((next) => setTimeout(next, 5));
  }
}

describe('operations over a bus and a store', () => {
  let now: number;
  let waits: number[];
  let store: Store;
  let bus: Bus;
  let ops: Operations;
  let broken: (value: string) => boolean;
  let handled: string[];
  let subscriptions: Subscription[];
  let headersSeen: Readonly<Record<string, string>>[];
  const clock = { now: () => now };
  const wait = async (ms: number): Promise<void> => {
    waits.push(ms);
    now += ms;
  };

  beforeEach(async () => {
    now = 1_000_000;
    waits = [];
    handled = [];
    headersSeen = [];
    broken = () => false;
    store = openEmbeddedStore({ path: ':memory:' });
    const shared = { parking: new StoreParkingLot(store, clock.now), deadLetters: new StoreDeadLetterBox(store) };
    bus = await openEmbeddedBus({ path: ':memory:', clock, build: 'b1', ...shared });
    await bus.ensureTopics([
      { name: 'in', retentionMs: 1e9, partitions: 2 },
      { name: 'other', retentionMs: 1e9, partitions: 1 },
    ]);
    ops = createOperations({ bus, store, clock, wait, groups: [{ group: 'g', topics: ['in', 'other'] }] });
    subscriptions = [];
  });
  afterEach(async () => {
    await bus.close();
    await store.close();
  });

  const consume = async (group = 'g', handler: (value: string) => void = () => {}): Promise<void> => {
    const decode = (message: BusMessage): string => {
      headersSeen.push(message.headers);
      if (broken(message.value)) throw new UndecodableError(`no meaning in ${message.value.length} characters`);
      return message.value;
    };
    const subscription = await bus.consume<string>({
      topics: ['in', 'other'],
      group,
      decode,
      handler: async ({ entries }) => {
        for (const { value } of entries) {
          handler(value);
          handled.push(value);
        }
      },
    });
    subscriptions.push(subscription);
  };
  const publish = (topic: string, ...values: string[]): Promise<void> =>
    bus.publish(values.map((value) => ({ topic, key: 'k', value, headers: { h: '1' } })));
  const settled = (group = 'g'): Promise<void> =>
    until('nothing is left', async () => (await bus.lag(group, ['in', 'other'])).every((lag) => lag.messages === 0));
  const letters = async (filter: Parameters<Operations['deadLetters']>[0] = {}) =>
    (await ops.deadLetters(filter, {})).items;

  it('lists dead letters by what an operator knows of them, page by page', async () => {
    broken = (value) => value.startsWith('bad');
    await consume();
    for (const value of ['bad1', 'fine', 'bad-22', 'bad333']) {
      now += 1000;
      await publish('in', value);
      await settled();
    }
    now += 1000;
    await publish('other', 'bad-4444');
    await settled();
    expect(handled).toEqual(['fine']);
    expect((await letters()).map(({ at, bytes }) => [at, bytes])).toEqual([
      [1_005_000, 8],
      [1_004_000, 6],
      [1_003_000, 6],
      [1_001_000, 4],
    ]);
    expect(await letters({ topic: 'in', reason: 'in 4 CHAR' })).toMatchObject([
      { topic: 'in', group: 'g', key: 'k', offset: '0', build: 'b1', state: 'open', bytes: 4 },
    ]);
    expect(await letters({ state: 'open', topic: 'in', since: 1_002_000, until: 1_003_500 })).toHaveLength(1);
    expect(await letters({ state: 'open', group: 'g' })).toHaveLength(4);
    expect(await letters({ group: 'nobody' })).toEqual([]);
    expect(await letters({ state: 'replayed' })).toEqual([]);
    const pages: string[] = [];
    for (let after: string | undefined; ;) {
      const page = await ops.deadLetters({ topic: 'in' }, { limit: 1, ...(after === undefined ? {} : { after }) });
      pages.push(...page.items.map(({ offset }) => offset));
      if ((after = page.next) === undefined) break;
    }
    expect(pages).toEqual(['3', '2', '0']);
    const [first] = await letters({ topic: 'other' });
    expect(await ops.deadLetter(first!.id)).toEqual({ ...first, value: 'bad-4444', headers: { h: '1' } });
    expect(await ops.deadLetter('none')).toBeUndefined();
  });

  it('counts first when asked for a dry run, then replays oldest first at its rate, once per record', async () => {
    broken = () => true;
    await consume();
    await consume('h');
    await publish('in', 'one', 'two', 'three');
    await settled();
    await settled('h');
    const dry = await ops.replay({ topic: 'in' }, { dryRun: true, perSecond: 2, by: 'ann' });
    expect(dry).toMatchObject({ matched: 6, replayed: 0, failed: 0, dryRun: true });
    expect([dry.sample.length, waits, (await ops.audit({})).items]).toEqual([6, [], []]);

    broken = () => false;
    headersSeen = [];
    const report = await ops.replay({ topic: 'in' }, { dryRun: false, perSecond: 2, by: 'ann' });
    expect(report).toMatchObject({ matched: 6, replayed: 6, failed: 0 });
    await settled();
    await settled('h');
    // Three records, two groups; half a second between two of them.
    expect(waits).toEqual([500, 500]);
    expect(handled.filter((_, n) => n % 2 === 0)).toEqual(['one', 'two', 'three']);
    expect(handled).toHaveLength(6);
    expect(headersSeen[0]).toEqual({ h: '1', [HEADER.replay]: 'in/0/0' });
    expect(await letters({ state: 'open' })).toEqual([]);
    expect(await letters({ state: 'replayed' })).toHaveLength(6);
    expect((await letters())[0]).toMatchObject({ stateBy: 'ann', stateAt: expect.any(Number) });
    expect((await ops.audit({})).items.map(({ by, action }) => [by, action])).toEqual([
      ['ann', 'dead-letters.replayed'],
      ['ann', 'dead-letters.replay'],
    ]);
    expect((await ops.replay({}, { dryRun: false, perSecond: 2, by: 'ann' })).matched).toBe(0);
  });

  it('shows a letter as open again when its replay fails, as the same letter', async () => {
    broken = () => true;
    await consume();
    await publish('in', 'one');
    await settled();
    const [letter] = await letters();
    for (let round = 1; round <= 2; round += 1) {
      now += 1000;
      expect(await ops.replay({}, { dryRun: false, perSecond: 100, by: 'ann' })).toMatchObject({ replayed: 1 });
      await settled();
      await until('it is open again', async () => (await letters({ state: 'open' })).length === 1);
      expect(await letters()).toMatchObject([{ id: letter!.id, offset: String(round), state: 'open' }]);
    }
    expect((await bus.read('in.dlq', 0, 0n, 10)).map(({ value }) => value)).toEqual(['one', 'one', 'one']);
  });

  it('leaves open what could not be published, and says how many', async () => {
    broken = () => true;
    await consume();
    await publish('in', 'one', 'two', 'three');
    await settled();
    let calls = 0;
    const failing = (name: string) => ({
      lag: bus.lag.bind(bus),
      publish: async () => {
        calls += 1;
        throw Object.assign(new Error('not now'), { name });
      },
    });
    const once = { dryRun: false, perSecond: 100, by: 'ann' };
    const away = createOperations({ bus: failing('TransientError'), store, clock, wait, groups: [] });
    expect(await away.replay({}, once)).toMatchObject({ matched: 3, replayed: 0, failed: 3 });
    expect(calls).toBe(1);
    const refused = createOperations({ bus: failing('RangeError'), store, clock, wait, groups: [] });
    expect(await refused.replay({}, once)).toMatchObject({ replayed: 0, failed: 3 });
    expect([calls, (await letters({ state: 'open' })).length]).toEqual([4, 3]);
    await expect(ops.replay({}, { ...once, perSecond: 0 })).rejects.toThrow('above 0');
  });

  it('discards open letters with a reason on record', async () => {
    broken = () => true;
    await consume();
    await publish('in', 'one', 'two');
    await settled();
    const ids = (await letters()).map(({ id }) => id);
    expect(await ops.discard([ids[0]!, 'none'], { by: 'bo', why: 'spam' })).toBe(1);
    expect(await ops.discard([ids[0]!], { by: 'bo', why: 'spam' })).toBe(0);
    const after = new Map((await letters({ ids })).map((letter) => [letter.id, letter]));
    expect(after.get(ids[0]!)).toMatchObject({ state: 'discarded', stateBy: 'bo', stateAt: now });
    expect(after.get(ids[1]!)!.state).toBe('open');
    expect((await ops.audit({})).items).toMatchObject([
      { by: 'bo', action: 'dead-letters.discard', detail: { ids: [ids[0]], why: 'spam' } },
    ]);
  });

  it('shows parked keys with their records, and has them released by whoever consumes them', async () => {
    let bug = true;
    await consume('g', (value) => {
      if (bug && value !== 'fine') throw new TypeError(`cannot do ${value}`);
    });
    await publish('in', 'fine');
    await settled();
    await publish('in', 'one', 'two');
    await settled();
    expect((await ops.parkedKeys({})).items).toEqual([
      {
        group: 'g',
        key: 'k',
        topic: 'in',
        records: 2,
        reason: 'TypeError: cannot do one',
        parkedAt: now,
        build: 'b1',
      },
    ]);
    expect((await ops.parkedRecords('g', 'k')).map(({ value, offset }) => [value, offset])).toEqual([
      ['one', '1'],
      ['two', '2'],
    ]);
    expect(await ops.release('g', 'nobody', 'ann')).toBe('not-parked');
    expect(await ops.release('g', 'k', 'ann')).toBe('asked');
    expect(await ops.release('g', 'k', 'bo')).toBe('asked');
    expect((await ops.parkedKeys({})).items[0]!.release).toEqual({ by: 'ann', at: now, state: 'asked' });
    await until('it failed again', async () => (await ops.parkedKeys({})).items[0]?.release?.state === 'failed');
    expect((await ops.parkedKeys({})).items[0]).toMatchObject({
      records: 2,
      release: { by: 'ann', state: 'failed', detail: 'TypeError: cannot do one' },
    });
    bug = false;
    await ops.release('g', 'k', 'ann');
    await until('it is free', async () => (await ops.parkedKeys({})).items.length === 0);
    await publish('in', 'three');
    await settled();
    expect(handled).toEqual(['fine', 'one', 'two', 'three']);
    expect((await ops.audit({})).items.map(({ by, subject }) => [by, subject])).toEqual([
      ['ann', 'k'],
      ['ann', 'k'],
    ]);
  });

  it('tells lag in messages and in seconds of the oldest', async () => {
    await publish('in', 'one');
    now += 7000;
    await publish('in', 'two');
    now += 3000;
    expect(await ops.lag()).toEqual([
      { group: 'g', topic: 'in', partitions: 2, messages: 2, seconds: 10 },
      { group: 'g', topic: 'other', partitions: 1, messages: 0, seconds: 0 },
    ]);
    await consume();
    await settled();
    expect((await ops.lag()).map(({ messages, seconds }) => messages + seconds)).toEqual([0, 0]);
  });

  it('keeps what others record, newest first', async () => {
    for (let n = 0; n < 3; n += 1) {
      now += 1;
      await ops.record({ by: 'ann', action: 'delivery.resolve', subject: `m${n}`, detail: { outcome: 'sent' } });
    }
    const first = await ops.audit({ limit: 2 });
    const second = await ops.audit({ limit: 2, after: first.next! });
    expect([...first.items, ...second.items].map(({ subject }) => subject)).toEqual(['m2', 'm1', 'm0']);
    expect(first.items[0]).toEqual({
      id: expect.any(String),
      at: now,
      by: 'ann',
      action: 'delivery.resolve',
      subject: 'm2',
      detail: { outcome: 'sent' },
    });
  });
});
