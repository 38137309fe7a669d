import { EventEmitter } from 'node:events';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { ParkedKeys } from '../lanes/parked-keys.ts';
import { LANE_LIMITS } from '../lanes/lane-work.ts';
import { silentLogger } from '../logger.ts';
import { MemoryParkingLot } from '../parking/memory-parking-lot.ts';
import type { KeyHandler } from '../port.ts';
import { waitFor } from '../testing/wait-for.ts';
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
  readonly sought: string[] = [];
  readonly commits: string[] = [];
  resolved: string | undefined;
  beat: () => Promise<void> = async () => {};
  #eachBatch: ((payload: EachBatchPayload) => Promise<void>) | undefined;

  async run({ eachBatch }: { eachBatch: (payload: EachBatchPayload) => Promise<void> }): Promise<void> {
    this.#eachBatch = eachBatch;
  }
  async disconnect(): Promise<void> {}
  seek({ offset }: { offset: string }): void {
    this.sought.push(offset);
  }

  /** Hands out messages of partition 0, as after a fetch; their keys are given. */
  async fetched(from: number, ...keys: string[]): Promise<void> {
    this.resolved = undefined;
    const messages = keys.map((key, n) => ({
      offset: String(from + n),
      key: Buffer.from(key),
      value: Buffer.from(key),
      timestamp: '0',
    }));
    await this.#eachBatch!({
      batch: { topic: 't', partition: 0, messages },
      heartbeat: () => this.beat(),
      pause: () => () => {},
      resolveOffset: (offset: string) => (this.resolved = offset),
      isStale: () => false,
      commitOffsetsIfNecessary: async ({ topics }: { topics: { partitions: { offset: string }[] }[] }) => {
        this.commits.push(topics[0]!.partitions[0]!.offset);
      },
    } as unknown as EachBatchPayload);
  }
}

describe('a kafka member', () => {
  let now: number;
  let handler: KeyHandler<unknown>;
  let consumer: ScriptedConsumer;
  let member: KafkaMember;
  let crashes: string[];
  let rebalances: number;

  beforeEach(async () => {
    now = 0;
    crashes = [];
    rebalances = 0;
    handler = async () => {};
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
      consumer as unknown as Consumer,
      { topics: ['t'], group: 'g', decode: ({ value }) => value, handler: (batch) => handler(batch) },
      {
        partitionsAtOnce: 1,
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

  describe('with a slow key', () => {
    let finish: () => void;
    let lost: boolean;
    let calls: string[];

    beforeEach(async () => {
      lost = false;
      calls = [];
      handler = async ({ key, entries, signal }) => {
        calls.push(`${key}${entries.map(({ message }) => message.offset).join(',')}`);
        if (key !== 'slow') return;
        await new Promise<void>((resolve, reject) => {
          finish = resolve;
          signal.addEventListener('abort', () => {
            lost = true;
            reject(new Error('lost'));
          });
        });
      };
      join();
      await consumer.fetched(10, 'a', 'slow', 'b');
    });

    it('reads on behind it, and commits up to it', async () => {
      expect(consumer.resolved).toBe('12');
      await consumer.fetched(13, 'a', 'slow');
      expect([calls, consumer.resolved]).toEqual([['a10', 'slow11', 'b12', 'a13'], '14']);
      await waitFor('it commits', () => consumer.commits.length > 0);
      expect(consumer.commits).toEqual(['11']);
      finish();
      await waitFor('the next call has begun', () => calls.length === 5);
      finish();
      await member.close();
      expect([calls.at(-1), consumer.commits.at(-1)]).toEqual(['slow14', '15']);
    });

    it('begins a new assignment where it was, not where a fetch of the one before went on', async () => {
      join();
      expect(lost).toBe(true);
      await consumer.fetched(13, 'a');
      expect([calls.length, consumer.resolved, consumer.sought]).toEqual([3, undefined, ['11']]);
      await consumer.fetched(11, 'slow', 'b', 'a');
      expect([calls.slice(3), consumer.resolved]).toEqual([['slow11', 'b12', 'a13'], '13']);
      await member.close(10);
    });

    it('tells it when a heartbeat says that the membership is lost, and takes nothing until that is settled', async () => {
      consumer.beat = () => Promise.reject(Object.assign(new Error('no'), { type: 'REBALANCE_IN_PROGRESS' }));
      await waitFor('it is told', () => lost);
      await consumer.fetched(13, 'a');
      expect([calls.length, consumer.resolved]).toEqual([3, undefined]);
      consumer.emit(EVENTS.HEARTBEAT);
      expect(consumer.sought).toEqual(['11']);
      await consumer.fetched(11, 'slow', 'b');
      expect(calls.slice(3)).toEqual(['slow11', 'b12']);
      await member.close(10);
    });
  });
});
