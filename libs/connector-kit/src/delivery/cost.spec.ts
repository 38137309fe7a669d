import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { outboundTopic } from '#libs/contracts';
import type { CollectionDeclaration, Doc, Store } from '#libs/store';
import { deliveries } from '../collections/index.ts';
import { type Bench, fakeConnector, openBench, sendCommand, until } from '../testing/bench-of-one.ts';
import type { Delivery } from './delivery.ts';

let bench: Bench;
const open: Delivery[] = [];
beforeEach(async () => {
  bench = await openBench();
});
afterEach(async () => {
  for (const delivery of open.splice(0)) await delivery.close(200);
  await bench.close();
});

/** Counts calls by collection and method; bookkeeping of the process itself is left out. */
function counting(store: Store): { store: Store; calls: Map<string, number> } {
  const calls = new Map<string, number>();
  return {
    calls,
    store: {
      collection<T extends Doc, Q extends string>(declaration: CollectionDeclaration<T, Q>) {
        const real = store.collection(declaration);
        if (!['deliveries', 'refs'].includes(declaration.name)) return real;
        return new Proxy(real, {
          get(target, name) {
            const value: unknown = Reflect.get(target, name);
            if (typeof value !== 'function') return value;
            const call = value.bind(target) as (...args: unknown[]) => unknown;
            return (...args: unknown[]) => {
              const id = `${declaration.name}.${String(name)}`;
              calls.set(id, (calls.get(id) ?? 0) + 1);
              return call(...args);
            };
          },
        });
      },
      ready: () => store.ready(),
      health: () => store.health(),
      close: () => store.close(),
    },
  };
}

const allDone = (n: number) =>
  until(async () => {
    const query = { channel: 'fake', stage: 'done' };
    return (await bench.store.collection(deliveries).count('byStage', query)) === n;
  }, `${n} rows being done`);

describe('what a message costs', () => {
  it('is three writes and no read; marking as done is shared', async () => {
    const { store, calls } = counting(bench.store);
    const delivery = bench.delivery((_, { messageId }) => Promise.resolve({ providerMessageIds: [messageId] }), {
      store,
    });
    open.push(delivery);
    await delivery.start();
    await bench.publish(sendCommand(bench.time, 'warm', 'up'));
    await allDone(1);
    calls.clear();
    // One chat after another: as many as there are hands, so that each finds one free.
    const n = 30;
    await bench.publish(...Array.from({ length: n }, (_, i) => sendCommand(bench.time, `c${i}`, `m${i}`)));
    await allDone(n + 1);
    const marks = calls.get('deliveries.replaceMany')!;
    calls.delete('deliveries.replaceMany');
    expect(Object.fromEntries(calls)).toEqual({
      'deliveries.insertMany': n,
      'deliveries.replace': n,
      'refs.insertMany': n,
    });
    expect(marks).toBeLessThanOrEqual(5);
  });

  it('is two where nothing that comes in can name a message of ours', async () => {
    const { store, calls } = counting(bench.store);
    const { evidence: _, ...connector } = fakeConnector();
    const delivery = bench.delivery(() => Promise.resolve({ providerMessageIds: ['p'] }), { store, connector });
    open.push(delivery);
    await delivery.start();
    await bench.publish(sendCommand(bench.time, 'c', 'm'));
    await allDone(1);
    expect(Object.fromEntries(calls)).toMatchObject({ 'deliveries.insertMany': 1, 'deliveries.replace': 1 });
    expect(calls.get('refs.insertMany')).toBeUndefined();
  });
});

describe('what a queue costs', () => {
  it('keeps 50,000 due messages out of memory', async () => {
    const delivery = bench.delivery(() => new Promise(() => undefined), { parallel: 8, window: 500 });
    open.push(delivery);
    await delivery.start();
    const n = 50_000;
    const rows = bench.store.collection(deliveries);
    const consumed = async () =>
      (await bench.bus.lag('seaway-fake', [outboundTopic('fake')])).every(({ messages }) => messages === 0);
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const measure = () => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const publish = async (from: number, to: number) => {
      for (let i = from; i < to; i += 500) {
        const ids = Array.from({ length: 500 }, (_, k) => i + k);
        await bench.publish(...ids.map((id) => sendCommand(bench.time, `c${id % 5000}`, `m${id}`)));
      }
      await until(consumed, 'the rows', 60_000);
    };
    await publish(0, 5000);
    const before = measure();
    await publish(5000, n);
    const grown = (measure() - before) / 1_048_576;
    expect(await rows.count('byStage', { channel: 'fake', stage: 'open' })).toBe(n);
    expect(delivery.state().depth).toBeLessThanOrEqual(600);
    expect(grown).toBeLessThan(24);
  }, 120_000);

  it('sends everything once and in order out of a queue longer than its window, and other accounts go on', async () => {
    const taken: string[] = [];
    let isOpen = false;
    let letGo: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    const send = async (id: string) => {
      if (!isOpen) await gate;
      taken.push(id);
      return { providerMessageIds: [id] };
    };
    const instances = new Map(
      ['main', 'other'].map((account) => [
        account,
        { send: (_: unknown, to: { messageId: string }) => send(to.messageId) },
      ]),
    );
    const delivery = bench.delivery(() => Promise.reject(new Error('unused')), { instances, parallel: 4, window: 50 });
    open.push(delivery);
    await delivery.start();
    const n = 1000;
    await bench.publish(...Array.from({ length: n }, (_, i) => sendCommand(bench.time, `c${i % 40}`, `m${i}`)));
    const rows = bench.store.collection(deliveries);
    await until(async () => (await rows.count('byStage', { channel: 'fake', stage: 'open' })) === n, 'the rows');
    expect(delivery.state().depth).toBeLessThanOrEqual(150);
    isOpen = true;
    letGo();
    await until(() => taken.length >= n / 2, 'half of the queue', 20_000);
    await bench.publish(sendCommand(bench.time, 'c1', 'last'));
    await allDone(n + 1);
    expect(new Set(taken).size).toBe(n + 1);
    expect(taken).toHaveLength(n + 1);
    for (let chat = 0; chat < 40; chat += 1) {
      const own = taken
        .filter((id) => id !== 'last' && Number(id.slice(1)) % 40 === chat)
        .map((id) => Number(id.slice(1)));
      expect(own).toEqual([...own].sort((a, b) => a - b));
    }
    const inChat1 = taken.filter((id) => id === 'last' || Number(id.slice(1)) % 40 === 1);
    expect(inChat1.at(-1)).toBe('last');
  }, 60_000);

  it('lets other accounts go on while one that is down has a long queue', async () => {
    const taken: string[] = [];
    const instances = new Map([
      ['main', { send: () => new Promise<never>(() => undefined) }],
      [
        'other',
        {
          send: async (_: unknown, to: { messageId: string }) => ({
            providerMessageIds: [taken.push(to.messageId) + ''],
          }),
        },
      ],
    ]);
    const connector = fakeConnector({}, { perAccountPerSecond: 8, perChatPerSecond: 8 });
    const delivery = bench.delivery(() => Promise.reject(new Error('unused')), { connector, instances, window: 20 });
    open.push(delivery);
    await delivery.start();
    await bench.publish(...Array.from({ length: 300 }, (_, i) => sendCommand(bench.time, `c${i}`, `m${i}`)));
    const rows = bench.store.collection(deliveries);
    await until(async () => (await rows.count('byStage', { channel: 'fake', stage: 'open' })) === 300, 'the rows');
    const other = sendCommand(bench.time, 'x', 'o1', { account: 'other' });
    await bench.publish({ ...other, key: 'fake:other:x' as typeof other.key });
    await until(() => taken.includes('o1'), 'the other account');
  });
});
