import { beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryParkingLot } from '../parking/memory-parking-lot.ts';
import { type BusMessage, TransientError, UndecodableError } from '../port.ts';
import { backoffMs } from './backoff.ts';
import { ParkedKeys } from './parked-keys.ts';
import { PartitionProgress } from './partition-progress.ts';
import { LANE_LIMITS, type LaneWork, runLanes } from './run-lanes.ts';

const batch = (...keys: string[]): BusMessage[] =>
  keys.map((key, n) => ({
    topic: 't',
    partition: 0,
    offset: BigInt(n + 10),
    key,
    value: `${key}${n}`,
    headers: {},
    timestamp: 0,
  }));

describe('runLanes', () => {
  let now: number;
  let calls: string[];
  let lot: MemoryParkingLot;
  let progress: PartitionProgress;
  const control = { signal: new AbortController().signal, stopping: () => false };

  const work = (
    handle: (values: string[]) => Promise<void> | void,
    changes: Partial<LaneWork<string>> = {},
  ): LaneWork<string> => {
    const clock = { now: () => now };
    return {
      decode: (m) => m.value,
      handler: async ({ entries }) => {
        const values = entries.map((e) => e.value);
        calls.push(values.join(','));
        await handle(values);
      },
      parked: new ParkedKeys({ group: 'g', lot, clock, build: 'b', limitPerMinute: 20, observer: {} }),
      deadLetter: async () => {},
      clock,
      limits: LANE_LIMITS,
      ...changes,
    };
  };

  beforeEach(() => {
    now = 0;
    calls = [];
    lot = new MemoryParkingLot();
    progress = new PartitionProgress();
  });

  it('folds up to 64 waiting entries of a key into a call', async () => {
    const outcome = await runLanes(
      batch(...Array.from({ length: 150 }, () => 'a')),
      progress,
      work(() => {}),
      control,
    );
    expect(calls.map((c) => c.split(',').length)).toEqual([64, 64, 22]);
    expect(outcome).toEqual({ next: 160n });
  });

  it('runs at most 16 keys side by side', async () => {
    let running = 0;
    let most = 0;
    const slow = async (): Promise<void> => {
      most = Math.max(most, (running += 1));
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    };
    await runLanes(batch(...Array.from({ length: 40 }, (_, n) => `k${n}`)), progress, work(slow), control);
    expect(most).toBe(16);
    expect(calls).toHaveLength(40);
  });

  it('starts no new call after its time budget, and goes on later without repeating what is done', async () => {
    const messages = batch('a', 'b', 'c');
    const limits = { ...LANE_LIMITS, parallelKeys: 1 };
    const slow = work(() => void (now += 300), { limits });
    expect(await runLanes(messages, progress, slow, control)).toEqual({ next: 12n });
    expect(await runLanes(messages.slice(2), progress, slow, control)).toEqual({ next: 13n });
    expect(calls).toEqual(['a0', 'b1', 'c2']);
  });

  it('never passes an unfinished record, and does not handle finished ones above it again', async () => {
    let away = true;
    const failing = work((values) => {
      if (away && values[0]!.startsWith('a')) throw new TransientError('away');
    });
    const messages = batch('b', 'a', 'b', 'c');
    expect(await runLanes(messages, progress, failing, control)).toMatchObject({
      next: 11n,
      transient: { message: 'away' },
    });
    away = false;
    expect(await runLanes(messages.slice(1), progress, failing, control)).toEqual({ next: 14n });
    expect(calls.filter((c) => c.startsWith('a'))).toEqual(['a1', 'a1']);
    expect(calls.filter((c) => c.startsWith('b'))).toEqual(['b0,b2']);
  });

  it('treats a parking lot or dead-letter topic that fails as infrastructure', async () => {
    lot.park = async () => {
      throw new Error('the store is away');
    };
    const broken = work(() => {
      throw new Error('bad message');
    });
    expect(await runLanes(batch('a'), progress, broken, control)).toMatchObject({
      next: 10n,
      transient: { message: 'the store is away' },
    });
    expect(broken.parked.has('a')).toBe(false);
    const undecodable = work(() => {}, {
      decode: () => {
        throw new UndecodableError('no');
      },
      deadLetter: async () => {
        throw new Error('no topic');
      },
    });
    expect(await runLanes(batch('a'), progress, undecodable, control)).toMatchObject({
      next: 10n,
      transient: { message: 'no topic' },
    });
  });

  it('parks the key of a message on which the decoder itself breaks', async () => {
    const decode = (m: BusMessage): string => {
      if (m.value === 'a1') throw new TypeError('decoder bug');
      return m.value;
    };
    expect(
      await runLanes(
        batch('a', 'a', 'a', 'b'),
        progress,
        work(() => {}, { decode }),
        control,
      ),
    ).toEqual({ next: 14n });
    expect(calls).toEqual(expect.arrayContaining(['a0', 'b3']));
    expect((await lot.list('g')).map((r) => [r.value, r.reason])).toEqual([
      ['a1', 'TypeError: decoder bug'],
      ['a2', 'behind a parked message'],
    ]);
  });
});

describe('backoffMs', () => {
  it('doubles from 100 ms to 5 s, spread by a fifth', () => {
    expect([0, 1, 2, 5, 6, 50].map((n) => Math.round(backoffMs(n, () => 0.5)))).toEqual([
      100, 200, 400, 3200, 5000, 5000,
    ]);
    expect([backoffMs(0, () => 0), Math.round(backoffMs(0, () => 1))]).toEqual([80, 120]);
  });
});
