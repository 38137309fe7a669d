import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openEmbeddedStore, type Store } from '#libs/store';
import { accountRates } from '../collections/index.ts';
import { ManualTime, quietLog } from '../testing/bench-of-one.ts';
import { fairShare } from './fair-share.ts';
import { LeasedRates } from './leased-rates.ts';

const ACCOUNT = 'main';
const RATE = 30;

let store: Store;
let time: ManualTime;
beforeEach(async () => {
  time = new ManualTime();
  store = await openEmbeddedStore({ path: ':memory:' });
});
afterEach(() => store.close());

/** A process that sends whatever it may; frozen, it does nothing, and its alarms do not ring. */
function replica(name: string, demand = Infinity) {
  const sends: number[] = [];
  let frozen = false;
  const alarm = { set: (at: number, ring: () => void) => time.set(at, () => frozen || ring()) };
  const limits = new LeasedRates({
    channel: 'fake',
    self: () => `elsewhere/${name}/x`,
    store,
    rateOf: () => ({ perAccountPerSecond: RATE, perChatPerSecond: 1 }),
    clock: time,
    ticks: () => time.now(),
    alarm,
    log: quietLog,
  });
  limits.onChange(() => undefined);
  let due = 0;
  return {
    limits,
    sends,
    freeze: () => (frozen = true),
    step(ms: number) {
      if (frozen) return;
      const now = time.now();
      due = Math.min(due + (demand * ms) / 1000, 50);
      while (due >= 1 && limits.accountReadyAt(ACCOUNT, now) <= now) {
        limits.take(ACCOUNT, `chat-${name}-${sends.length}`, now);
        sends.push(now);
        due -= 1;
      }
      limits.wanted(ACCOUNT, Math.floor(due), now);
    },
  };
}
type Replica = ReturnType<typeof replica>;

async function run(replicas: readonly Replica[], seconds: number): Promise<void> {
  for (let i = 0; i < seconds * 50; i += 1) {
    time.advance(20);
    for (const one of replicas) one.step(20);
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const since = (replicas: readonly Replica[], from: number) =>
  replicas.flatMap(({ sends }) => sends.filter((at) => at >= from)).sort((a, b) => a - b);

function mostInAnySecond(sends: readonly number[]): number {
  let most = 0;
  for (let first = 0, last = 0; last < sends.length; last += 1) {
    while (sends[last]! - sends[first]! >= 1000) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

/** A quarter of a second's sends, and at least one for each process. */
const burst = (replicas: number) => Math.ceil(RATE / 4) + replicas;

describe('rates shared by replicas', () => {
  it('keeps three greedy processes together under the rate, and uses at least 90 % of it', async () => {
    const all = ['a', 'b', 'c'].map((name) => replica(name));
    const start = time.now();
    await run(all, 20);
    expect(mostInAnySecond(since(all, start))).toBeLessThanOrEqual(RATE + burst(3));
    const settled = since(all, start + 5000);
    expect(settled.length / 15).toBeGreaterThanOrEqual(RATE * 0.9);
    expect(settled.length / 15).toBeLessThanOrEqual(RATE * 1.02);
    for (const one of all) expect(since([one], start + 5000).length / 15).toBeGreaterThan(RATE / 6);
  });

  it('gives the busy one what the quiet ones do not want', async () => {
    const busy = replica('busy');
    const all = [busy, replica('quiet', 1), replica('idle', 0)];
    const start = time.now();
    await run(all, 20);
    expect(since([busy], start + 5000).length / 15).toBeGreaterThanOrEqual(RATE * 0.85);
    expect(mostInAnySecond(since(all, start))).toBeLessThanOrEqual(RATE + burst(3));
  });

  it('gets back what a dead process held, by time, and a frozen one does not use what it held', async () => {
    const [dead, ...others] = ['a', 'b', 'c'].map((name) => replica(name)) as [Replica, Replica, Replica];
    await run([dead, ...others], 5);
    dead.freeze();
    await run(others, 15);
    const from = time.now();
    await run(others, 5);
    expect(since(others, from).length / 5).toBeGreaterThanOrEqual(RATE * 0.9);
    const left = dead.limits.available(ACCOUNT, time.now());
    expect(left).toBeLessThanOrEqual(1);
  });

  it('holds all processes of an account when one is told to slow down', async () => {
    const all = ['a', 'b', 'c'].map((name) => replica(name));
    await run(all, 5);
    all[0]!.limits.hold(ACCOUNT, 10_000, time.now());
    await run(all, 1.1);
    const from = time.now();
    await run(all, 8);
    expect(since(all, from)).toEqual([]);
    await run(all, 5);
    expect(since(all, from).length).toBeGreaterThan(RATE);
  });

  it('costs one token ahead and few writes where the limit is far', async () => {
    const one = replica('a', 2);
    const now = time.now();
    expect(one.limits.accountReadyAt(ACCOUNT, now)).toBe(now);
    await run([one], 30);
    const { version } = (await store.collection(accountRates).get(`fake:${ACCOUNT}`))!;
    expect(one.sends.length).toBeGreaterThan(55);
    expect(version).toBeLessThan(16);
  });

  it('begins a chat without a burst while chats may have moved', async () => {
    const [a, b] = [replica('a', 5), replica('b', 5)];
    await run([a], 2);
    await run([a, b], 0.2);
    const now = time.now();
    b.limits.take(ACCOUNT, 'moved', now);
    expect(b.limits.chatReadyAt(ACCOUNT, 'moved', now)).toBe(now + 1000);
    await run([a, b], 6);
    const later = time.now();
    b.limits.take(ACCOUNT, 'new', later);
    expect(b.limits.chatReadyAt(ACCOUNT, 'new', later)).toBe(later);
  });
});

describe('a fair share', () => {
  const grant = (holder: string, perSecond: number, wanted: number) => ({ holder, perSecond, wanted, beat: 1 });

  it('is everything for one alone, and never what others hold', () => {
    expect(fairShare('a', 1, [], 30)).toBeCloseTo(30);
    expect(fairShare('a', 100, [grant('b', 30, 100)], 30)).toBe(0);
    expect(fairShare('a', 100, [grant('b', 12, 100)], 30)).toBeCloseTo(15);
  });

  it('leaves who wants little what it wants', () => {
    const share = fairShare('a', 100, [grant('b', 0, 2), grant('c', 0, 100)], 30);
    expect(share).toBeCloseTo(14);
  });
});
