import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Collection, Doc, Store } from '#libs/store';
import { deliveries, type DeliveryDoc } from '../collections/index.ts';
import { type Bench, openBench, sendCommand, until } from '../testing/bench-of-one.ts';
import type { Alarm } from './alarm.ts';
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

interface Process {
  calls: string[];
  delivery: Delivery;
  /** Stops everything this process does by itself, as SIGSTOP does. */
  freeze(): void;
  thaw(): void;
}

interface Behaviour {
  send?: (messageId: string) => Promise<string>;
  store?: Store;
  parallel?: number;
}

async function process(name: string, behaviour: Behaviour = {}): Promise<Process> {
  const calls: string[] = [];
  let frozen = false;
  const missed: (() => void)[] = [];
  const alarm: Alarm = {
    set: (at, ring) => bench.time.set(at, () => (frozen ? void missed.push(ring) : ring())),
  };
  const delivery = bench.delivery(
    async (_, { messageId }) => {
      calls.push(messageId);
      return { providerMessageIds: [(await behaviour.send?.(messageId)) ?? `${name}-${messageId}`] };
    },
    {
      alarm,
      self: `elsewhere/${name}/x`,
      ...(behaviour.store === undefined ? {} : { store: behaviour.store }),
      ...(behaviour.parallel === undefined ? {} : { parallel: behaviour.parallel }),
    },
  );
  open.push(delivery);
  await delivery.start();
  const thaw = () => {
    frozen = false;
    for (const ring of missed.splice(0)) ring();
  };
  return { calls, delivery, freeze: () => (frozen = true), thaw };
}

/** Leaves the consumer group, so that the others get what comes; the rest of the process goes on. */
const leaveGroup = (one: Process): Promise<void> =>
  (one.delivery as unknown as { subscription: { close(ms: number): Promise<void> } }).subscription.close(100);

/** A quarter of a second, and what is to be done in it. */
async function tick(): Promise<void> {
  bench.time.advance(250);
  for (let i = 0; i < 15; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function passing(done: () => boolean | Promise<boolean>, what: string): Promise<void> {
  await until(async () => {
    await tick();
    return done();
  }, what);
}

const rows = (): Collection<DeliveryDoc, string> => bench.store.collection(deliveries);
const row = async (id: string) => (await rows().get(`${id}:0:0`))!;
const told = async () => (await bench.outcomes()).map((o) => [o.messageId, o.outcome]);

/** The bench's store, except that inserts answer only when let go: the write is done, and nobody knows. */
function storeThatHoldsBack(): { store: Store; letGo: () => void; held: () => boolean } {
  let letGo: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  let held = false;
  const store: Store = {
    collection(declaration) {
      const real = bench.store.collection(declaration);
      if (declaration.name !== deliveries.name) return real;
      return new Proxy(real, {
        get(target, name) {
          const value: unknown = Reflect.get(target, name);
          if (typeof value !== 'function') return value;
          const call = value.bind(target) as (...args: unknown[]) => Promise<unknown>;
          if (name !== 'insertMany') return call;
          return async (docs: readonly Doc[]) => {
            const answer = await call(docs);
            held = true;
            await gate;
            return answer;
          };
        },
      });
    },
    ready: () => bench.store.ready(),
    health: () => bench.store.health(),
    close: () => bench.store.close(),
  };
  return { store, letGo, held: () => held };
}

describe('a process that stood still', () => {
  it('has its late word refused, and what the provider said counts as evidence', async () => {
    let answer: (id: string) => void = () => undefined;
    const a = await process('a', { send: () => new Promise((resolve) => (answer = resolve)), parallel: 1 });
    await bench.publish(sendCommand(bench.time, 'c1', 'm1'), sendCommand(bench.time, 'c2', 'm2'));
    await until(async () => a.calls.length === 1 && (await rows().get('m2:0:0')) !== undefined);
    await leaveGroup(a);
    const b = await process('b');
    a.freeze();
    await passing(async () => (await told()).length === 2, 'both outcomes');
    expect(await told()).toEqual([
      ['m1', 'unknown'],
      ['m2', 'sent'],
    ]);
    const before = await row('m1');
    expect(before).toMatchObject({ state: 'unknown', instance: 'elsewhere/b/x' });

    a.thaw();
    answer('p1');
    await until(async () => (await told()).length === 3, 'the evidence');
    expect((await told())[2]).toEqual(['m1', 'sent']);
    const after = await row('m1');
    expect(after).toMatchObject({ state: 'sent', providerMessageIds: ['p1'] });
    // One write more than the other's: what the late process wanted to write itself did not go through.
    expect([before.version + 1, before.version + 2]).toContain(after.version);
    expect(after.resolvedAt).toBeDefined();
    expect([a.calls, b.calls]).toEqual([['m1'], ['m2']]);
  });

  it('calls no provider for a row it does not own any more, and goes on under another name', async () => {
    const slow = storeThatHoldsBack();
    const a = await process('a', { store: slow.store });
    await bench.publish(sendCommand(bench.time, 'c1', 'm1'));
    await until(slow.held, 'the claim being stored');
    expect(await row('m1')).toMatchObject({ state: 'claimed', instance: 'elsewhere/a/x' });
    a.freeze();
    const b = await process('b');
    await passing(async () => (await told()).length === 1, 'the outcome');
    expect(await told()).toEqual([['m1', 'unknown']]);

    a.thaw();
    slow.letGo();
    await bench.publish(sendCommand(bench.time, 'c3', 'm3'));
    await passing(async () => (await told()).length === 2, 'the next outcome');
    expect([...a.calls, ...b.calls]).toEqual(['m3']);
    expect(await row('m1')).toMatchObject({ state: 'unknown', instance: 'elsewhere/b/x' });
    if (a.calls.length > 0) expect((await row('m3')).instance).toBe('elsewhere/a/x/1');
  });

  it('is not taken for dead by a clock that jumps', async () => {
    let answer: (id: string) => void = () => undefined;
    const a = await process('a', { send: () => new Promise((resolve) => (answer = resolve)) });
    await bench.publish(sendCommand(bench.time, 'c1', 'm1'));
    await until(() => a.calls.length === 1);
    let jump = 0;
    const b = bench.delivery(() => Promise.reject(new Error('unused')), {
      self: 'elsewhere/b/x',
      clock: { now: () => bench.time.now() + jump },
    });
    open.push(b);
    await b.start();
    for (const hours of [1, -1, 0]) {
      jump = hours * 3_600_000;
      for (let i = 0; i < 40; i += 1) await tick();
    }
    expect(await told()).toEqual([]);
    answer('p1');
    await until(async () => (await told()).length === 1);
    expect(await told()).toEqual([['m1', 'sent']]);
  });
});

describe('what a dead process left', () => {
  it('is taken over within seconds by one of the running ones, each message once', async () => {
    const dead = await process('a', { send: () => new Promise(() => undefined), parallel: 1 });
    const chats = Array.from({ length: 20 }, (_, i) => i);
    await bench.publish(...chats.map((i) => sendCommand(bench.time, `c${i}`, `m${i}`)));
    await until(async () => (await rows().get('m19:0:0')) !== undefined);
    await leaveGroup(dead);
    const [b, c] = [await process('b'), await process('c')];
    dead.freeze();
    const from = bench.time.now();
    await passing(async () => (await bench.outcomes()).length >= 20, '20 outcomes');
    expect(bench.time.now() - from).toBeLessThan(15_000);
    for (let i = 0; i < 40; i += 1) await tick();
    const outcomes = await told();
    expect(outcomes.filter(([, outcome]) => outcome === 'unknown')).toEqual([['m0', 'unknown']]);
    expect(new Set(outcomes.map(([id]) => id)).size).toBe(20);
    expect(outcomes).toHaveLength(20);
    const calls = [...b.calls, ...c.calls].sort();
    expect(calls).toEqual(
      chats
        .slice(1)
        .map((i) => `m${i}`)
        .sort(),
    );
  });
});
