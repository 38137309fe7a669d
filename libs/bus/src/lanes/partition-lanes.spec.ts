import { beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryParkingLot } from '../parking/memory-parking-lot.ts';
import { type BusMessage, TransientError, UndecodableError } from '../port.ts';
import { waitFor } from '../testing/wait-for.ts';
import { backoffMs } from './backoff.ts';
import { LaneWindow } from './lane-window.ts';
import { LANE_LIMITS, type LaneLimits, type LaneWork } from './lane-work.ts';
import { ParkedKeys } from './parked-keys.ts';
import { PartitionLanes } from './partition-lanes.ts';

const FIRST = 10;
const batch = (keys: readonly string[], from = FIRST): BusMessage[] =>
  keys.map((key, n) => ({
    topic: 't',
    partition: 0,
    offset: BigInt(n + from),
    key,
    value: `${key}${n + from}`,
    headers: {},
    timestamp: 0,
  }));
const times = (count: number, key: (n: number) => string): string[] => Array.from({ length: count }, (_, n) => key(n));

describe('PartitionLanes', () => {
  let now: number;
  let calls: string[];
  let lot: MemoryParkingLot;
  let advances: bigint[];
  let pauses: string[];
  let failures: string[];
  let abort: AbortController;
  let slow: Map<string, () => void>;

  beforeEach(() => {
    now = 0;
    calls = [];
    lot = new MemoryParkingLot();
    advances = [];
    pauses = [];
    failures = [];
    abort = new AbortController();
    slow = new Map();
  });

  const lanesWith = (
    handle: (values: string[]) => Promise<void> | void,
    { limits, ...changes }: Partial<Omit<LaneWork<string>, 'limits'>> & { limits?: Partial<LaneLimits> } = {},
    prepare?: () => Promise<void>,
  ): PartitionLanes<string> => {
    const clock = { now: () => now };
    const work: LaneWork<string> = {
      decode: (m) => m.value,
      handler: async ({ entries }) => {
        const values = entries.map((e) => e.value);
        calls.push(values.join(','));
        await handle(values);
      },
      parked: new ParkedKeys({ group: 'g', lot, clock, build: 'b', limitPerMinute: 20, observer: {} }),
      deadLetter: async () => {},
      clock,
      limits: { ...LANE_LIMITS, ...limits },
      ...changes,
    };
    return new PartitionLanes(new LaneWindow(work.limits), work, abort.signal, {
      advanced: (lowWater) => void advances.push(lowWater),
      paused: (error, attempt) => void pauses.push(`${error.message} ${attempt}`),
      failed: (error) => void failures.push(error.message),
      ...(prepare ? { prepare } : {}),
    });
  };

  /** Calls of keys that begin with `slow` go on until they are ended by hand. */
  const slowly = (values: string[]): Promise<void> | void => {
    if (!values[0]!.startsWith('slow')) return;
    const key = values[0]!.replace(/\d+$/, '');
    return new Promise((resolve) => slow.set(key, resolve));
  };

  it('folds up to 64 waiting entries of a key into a call', async () => {
    const lanes = lanesWith(() => {});
    expect(await lanes.take(batch(times(150, () => 'a')))).toBe(false);
    expect(calls.map((c) => c.split(',').length)).toEqual([64, 64, 22]);
    expect(advances).toEqual([160n]);
  });

  it('runs at most 16 keys side by side', async () => {
    let running = 0;
    let most = 0;
    const lanes = lanesWith(async () => {
      most = Math.max(most, (running += 1));
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    });
    await lanes.take(batch(times(40, (n) => `k${n}`)));
    expect(most).toBe(16);
    expect(calls).toHaveLength(40);
  });

  it('begins no more keys after its time budget, and goes on in the next turn without repeating what is done', async () => {
    const lanes = lanesWith(() => void (now += 300), { limits: { parallelKeys: 1 } });
    expect(await lanes.take(batch(['a', 'b', 'c']))).toBe(true);
    expect([calls, advances]).toEqual([['a10', 'b11'], [12n]]);
    expect(await lanes.take([])).toBe(false);
    expect([calls, advances]).toEqual([
      ['a10', 'b11', 'c12'],
      [12n, 13n],
    ]);
  });

  describe('a slow key', () => {
    it('does not hold up the others; its own messages wait in order, and nothing above it is reported done', async () => {
      const lanes = lanesWith(slowly);
      await lanes.take(batch(['a', 'slow', 'b']));
      await lanes.take(batch(['slow', 'a', 'b', 'slow'], 13));
      expect(calls).toEqual(['a10', 'slow11', 'b12', 'a14', 'b15']);
      expect(advances).toEqual([11n]);
      slow.get('slow')!();
      await waitFor('its next call has begun', () => calls.length === 6);
      expect(calls.at(-1)).toBe('slow13,slow16');
      expect(advances).toEqual([11n, 13n]);
      slow.get('slow')!();
      await lanes.idle();
      expect(advances).toEqual([11n, 13n, 17n]);
    });

    it('costs one call among those side by side, and when all are slow the others wait', async () => {
      const lanes = lanesWith(slowly, { limits: { parallelKeys: 2, budgetMs: 1_000_000 } });
      await lanes.take(batch(['slow-a', 'a']));
      expect(calls).toEqual(['slow-a10', 'a11']);
      const taken = lanes.take(batch(['slow-b', 'b'], 12));
      await waitFor('the other is slow too', () => slow.has('slow-b'));
      expect(calls).toEqual(['slow-a10', 'a11', 'slow-b12']);
      slow.get('slow-b')!();
      expect(await taken).toBe(false);
      expect(calls.at(-1)).toBe('b13');
      expect(advances).toEqual([]);
    });

    it('that has more to do lets those that wait for its place go first', async () => {
      const lanes = lanesWith(slowly, { limits: { parallelKeys: 1 } });
      const taken = lanes.takeAll(batch(['slow', 'a']));
      await waitFor('it is slow', () => slow.has('slow'));
      void lanes.take(batch(['slow'], 12));
      slow.get('slow')!();
      await waitFor('it goes on', () => calls.length === 3);
      expect(calls).toEqual(['slow10', 'a11', 'slow12']);
      slow.get('slow')!();
      await taken;
    });

    it('is passed by so many messages as the window has; then the partition waits', async () => {
      const lanes = lanesWith(slowly, { limits: { windowMessages: 20 } });
      await lanes.take(batch(['slow']));
      const taken = lanes.takeAll(
        batch(
          times(50, (n) => `k${n}`),
          11,
        ),
      );
      await waitFor('it waits', () => lanes.resting);
      expect(calls).toHaveLength(20);
      expect(advances).toEqual([]);
      slow.get('slow')!();
      await taken;
      expect(calls).toHaveLength(51);
      expect(advances.at(-1)).toBe(61n);
    });

    it('has so much waiting behind it as the window takes', async () => {
      const lanes = lanesWith(slowly, { limits: { windowCharacters: 30 } });
      const taken = lanes.takeAll(batch(['slow', 'slow', 'slow', 'slow', 'slow']));
      await waitFor('it waits', () => lanes.resting);
      void lanes.take(batch(['a'], 15));
      expect(calls).toEqual(['slow10,slow11,slow12,slow13,slow14']);
      slow.get('slow')!();
      await taken;
      expect(calls.at(-1)).toBe('a15');
    });

    it('that fails is parked with what waits behind it', async () => {
      const lanes = lanesWith(async (values) => {
        await slowly(values);
        if (values[0]!.startsWith('slow')) throw new Error('bad message');
      });
      await lanes.take(batch(['slow', 'a']));
      await lanes.take(batch(['slow', 'a'], 12));
      slow.get('slow')!();
      await lanes.idle();
      expect((await lot.list('g')).map((r) => r.value)).toEqual(['slow10', 'slow12']);
      expect(advances.at(-1)).toBe(14n);
    });

    it('that meets infrastructure that is away pauses the partition, and comes again by itself', async () => {
      let away = true;
      const lanes = lanesWith(async (values) => {
        await slowly(values);
        if (away && values[0]!.startsWith('slow')) throw new TransientError('away');
      });
      await lanes.take(batch(['slow', 'a']));
      slow.get('slow')!();
      await waitFor('it pauses', () => lanes.resting);
      away = false;
      const taken = lanes.take(batch(['b', 'slow'], 12));
      expect(calls).toEqual(['slow10', 'a11']);
      await taken;
      expect(calls.slice(2).sort()).toEqual(['b12', 'slow10,slow13']);
      slow.get('slow')!();
      await lanes.idle();
      expect([pauses, advances]).toEqual([['away 1'], [14n]]);
    });

    it('finishes and counts after a stop; what waits behind it does not begin', async () => {
      const lanes = lanesWith(slowly);
      await lanes.take(batch(['slow', 'a', 'slow']));
      await lanes.take(batch(['slow'], 13));
      lanes.stop();
      expect(await lanes.take(batch(['a'], 14))).toBe(false);
      slow.get('slow')!();
      await lanes.idle();
      expect(calls).toEqual(['slow10,slow12', 'a11']);
      expect(advances).toEqual([13n]);
    });

    it('of a lost partition is told, and what it does counts for nothing once the partition is forgotten', async () => {
      const lanes = lanesWith(slowly);
      await lanes.take(batch(['slow', 'a']));
      const taken = lanes.take(
        batch(
          times(40, (n) => `slow${'x'.repeat(n)}`),
          12,
        ),
      );
      abort.abort(new Error('lost'));
      expect(await taken).toBe(false);
      lanes.forget();
      const begun = calls.length;
      for (const end of slow.values()) end();
      await lanes.idle();
      expect([calls.length, advances]).toEqual([begun, []]);
    });

    it('is waited for by whoever replays the key, and by nobody else', async () => {
      const lanes = lanesWith(slowly);
      await lanes.take(batch(['slow', 'a']));
      await lanes.quiet('a');
      let quiet = false;
      const waiting = lanes.quiet('slow').then(() => (quiet = true));
      await lanes.take(batch(['a'], 12));
      expect(quiet).toBe(false);
      slow.get('slow')!();
      await waiting;
    });
  });

  it('does not handle again what it is given a second time, done or in work', async () => {
    const lanes = lanesWith(slowly);
    await lanes.take(batch(['a', 'slow', 'b', 'slow']));
    await lanes.take(batch(['slow', 'b', 'slow', 'c'], 11));
    expect(calls).toEqual(['a10', 'slow11,slow13', 'b12', 'c14']);
    slow.get('slow')!();
    await lanes.idle();
    expect(advances).toEqual([11n, 15n]);
  });

  it('reads a log again that begins below what was done, and lets what runs finish first', async () => {
    const lanes = lanesWith(slowly);
    await lanes.take(batch(['a', 'slow', 'b', 'slow']));
    await lanes.take(batch(['slow', 'a', 'c'], 0));
    expect(calls.slice(3)).toEqual(['a1', 'c2']);
    slow.get('slow')!();
    await waitFor('the key goes on', () => calls.at(-1) === 'slow0');
    expect(advances).toEqual([11n]);
    slow.get('slow')!();
    await lanes.idle();
    expect(advances).toEqual([11n, 3n]);
  });

  it('pauses, then has the same entries handled again; those done meanwhile are not', async () => {
    let away = 2;
    const lanes = lanesWith((values) => {
      if (values[0]!.startsWith('a') && away-- > 0) throw new TransientError('away');
    });
    expect(await lanes.take(batch(['b', 'a', 'b', 'c']))).toBe(false);
    expect(calls.filter((c) => c.startsWith('a'))).toEqual(['a11', 'a11', 'a11']);
    expect(calls.filter((c) => c.startsWith('b'))).toEqual(['b10,b12']);
    expect([pauses, advances.at(-1)]).toEqual([['away 1', 'away 2'], 14n]);
  });

  it('ends a pause when it is stopped', async () => {
    const lanes = lanesWith(() => {
      throw new TransientError('away');
    });
    const taken = lanes.take(batch(['a']));
    await waitFor('it pauses', () => lanes.resting);
    lanes.stop();
    expect([await taken, advances, calls]).toEqual([false, [], ['a10']]);
  });

  it('begins nothing before it is prepared, and tries that again', async () => {
    let tries = 0;
    const prepare = async (): Promise<void> => {
      expect(calls).toEqual([]);
      if ((tries += 1) === 1) throw new Error('the store is away');
    };
    await lanesWith(() => {}, {}, prepare).take(batch(['a']));
    expect([tries, pauses, calls]).toEqual([2, ['the store is away 1'], ['a10']]);
  });

  it('treats a parking lot or dead-letter topic that fails as infrastructure', async () => {
    const park = lot.park.bind(lot);
    lot.park = async () => {
      lot.park = park;
      throw new Error('the store is away');
    };
    let deaths = 0;
    const lanes = lanesWith(
      () => {
        throw new Error('bad message');
      },
      {
        decode: (m) => {
          if (m.key === 'dead') throw new UndecodableError('no');
          return m.value;
        },
        deadLetter: async () => {
          if ((deaths += 1) === 1) throw new Error('no topic');
        },
      },
    );
    await lanes.take(batch(['a']));
    expect(pauses).toEqual(['the store is away 1']);
    expect((await lot.list('g')).map((r) => r.value)).toEqual(['a10']);
    await lanes.take(batch(['dead'], 11));
    expect([pauses.at(-1), deaths, advances.at(-1)]).toEqual(['no topic 1', 2, 12n]);
  });

  it('parks the key of a message on which the decoder itself breaks', async () => {
    const decode = (m: BusMessage): string => {
      if (m.value === 'a11') throw new TypeError('decoder bug');
      return m.value;
    };
    await lanesWith(() => {}, { decode }).take(batch(['a', 'a', 'a', 'b']));
    expect(advances).toEqual([14n]);
    expect(calls).toEqual(expect.arrayContaining(['a10', 'b13']));
    expect((await lot.list('g')).map((r) => [r.value, r.reason])).toEqual([
      ['a11', 'TypeError: decoder bug'],
      ['a12', 'behind a parked message'],
    ]);
  });

  it('fails once, and begins nothing more, when too many keys fail', async () => {
    const lanes = lanesWith(() => {
      throw new Error('bad build');
    });
    expect(await lanes.take(batch(times(40, (n) => `k${n}`)))).toBe(false);
    expect(failures).toEqual([expect.stringContaining('more than 20 keys failed')]);
    expect(await lot.list('g')).toHaveLength(20);
    const begun = calls.length;
    await lanes.take(batch(['a'], 50));
    expect(calls).toHaveLength(begun);
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
