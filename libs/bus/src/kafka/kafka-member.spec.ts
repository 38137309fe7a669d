import { EventEmitter } from 'node:events';
import type { Consumer } from 'kafkajs';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { ParkedKeys } from '../lanes/parked-keys.ts';
import { LANE_LIMITS } from '../lanes/run-lanes.ts';
import { silentLogger } from '../logger.ts';
import { MemoryParkingLot } from '../parking/memory-parking-lot.ts';
import { KafkaMember } from './kafka-member.ts';

const EVENTS = {
  GROUP_JOIN: 'join',
  REBALANCING: 'rebalancing',
  CRASH: 'crash',
  HEARTBEAT: 'heartbeat',
  FETCH: 'fetch',
} as const;

/** The part of a kafkajs consumer that a member uses, with its events in the test's hand. */
class ScriptedConsumer extends EventEmitter {
  readonly events = EVENTS;
  async connect(): Promise<void> {}
  async subscribe(): Promise<void> {}
  async run(): Promise<void> {}
  async disconnect(): Promise<void> {}
}

describe('what a kafka member says of itself', () => {
  let now: number;
  let consumer: ScriptedConsumer;
  let member: KafkaMember;
  let crashes: string[];
  let rebalances: number;

  beforeEach(async () => {
    now = 0;
    crashes = [];
    rebalances = 0;
    consumer = new ScriptedConsumer();
    const clock = { now: () => now };
    const observer = { rebalanced: () => void (rebalances += 1) };
    const parked = new ParkedKeys({
      group: 'g',
      lot: new MemoryParkingLot(),
      clock,
      build: 'b',
      limitPerMinute: 20,
      observer,
    });
    member = new KafkaMember(
      { topics: ['t'], group: 'g', decode: ({ value }) => value, handler: async () => {} },
      {
        consumer: consumer as unknown as Consumer,
        partitionsAtOnce: 1,
        sessionMs: 10_000,
        clock,
        parked,
        observer,
        logger: silentLogger,
        limits: LANE_LIMITS,
        box: undefined,
        publish: async () => {},
        crashed: (error, group) => crashes.push(`${group}: ${error.message}`),
        closed: () => {},
      },
    );
    await member.start([]);
  });

  const join = (): boolean => consumer.emit(EVENTS.GROUP_JOIN, { payload: { memberAssignment: { t: [0] } } });

  it('is ready from joining on, as long as it fetches or beats within two sessions', async () => {
    expect(member.status()).toEqual({ up: false, detail: 'has not joined its group yet' });
    join();
    expect(member.status()).toEqual({ up: true, detail: 'consuming' });
    now = 20_000;
    expect(member.ready()).toBe(true);
    now = 20_001;
    expect(member.status()).toEqual({ up: false, detail: 'no heartbeat and no fetch for 20 s' });
    consumer.emit(EVENTS.FETCH);
    expect(member.ready()).toBe(true);
    now = 40_000;
    consumer.emit(EVENTS.HEARTBEAT);
    now = 60_000;
    expect(member.ready()).toBe(true);
    await member.close(10);
    expect(member.status()).toEqual({ up: false, detail: 'closed' });
  });

  it('stays ready through a rebalance, and counts it', async () => {
    join();
    consumer.emit(EVENTS.REBALANCING);
    expect([member.ready(), rebalances]).toEqual([true, 1]);
    await member.close(10);
  });

  it('tells of a crash that kafkajs does not heal, and not of one that it does', async () => {
    join();
    consumer.emit(EVENTS.CRASH, { payload: { restart: true, error: new Error('the broker went') } });
    expect([member.status().detail, crashes]).toEqual(['is out of its group', []]);
    join();
    expect(member.ready()).toBe(true);
    consumer.emit(EVENTS.CRASH, { payload: { restart: false, error: new TypeError('a bug') } });
    expect(member.status()).toEqual({ up: false, detail: 'a bug' });
    expect(crashes).toEqual(['g: a bug']);
    await member.close(10);
  });
});
