import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { register } from 'prom-client';
import { ConnectorError } from '../errors.ts';
import { type Bench, fakeConnector, openBench, sendCommand, until } from '../testing/bench-of-one.ts';
import { Breaker } from './breaker.ts';
import type { Delivery } from './delivery.ts';

describe('the breaker', () => {
  it('opens after five in a row, lets one through, and pauses longer each time it fails', () => {
    const breaker = new Breaker();
    for (let i = 0; i < 4; i += 1) breaker.saw(true, 0);
    breaker.saw(false, 0);
    for (let i = 0; i < 5; i += 1) {
      expect(breaker.readyAt()).toBe(0);
      breaker.saw(true, 1000);
    }
    expect(breaker.readyAt()).toBe(6000);
    breaker.saw(true, 1500);
    expect(breaker.readyAt()).toBe(6000);
    breaker.passed(6000);
    expect(breaker.readyAt()).toBe(66_000);
    breaker.saw(true, 6500);
    expect(breaker.readyAt()).toBe(16_500);
    breaker.passed(16_500);
    expect(breaker.saw(false, 17_000)).toBe(true);
    expect([breaker.open, breaker.readyAt()]).toEqual([false, 0]);
  });
});

describe('an account whose provider is down', () => {
  let bench: Bench;
  const open: Delivery[] = [];
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(async () => {
    for (const delivery of open.splice(0)) await delivery.close(200);
    await bench.close();
  });

  it('is left alone for ten minutes of failures, keeps its queue in order, and the other account goes on', async () => {
    const calls: string[] = [];
    const sent: string[] = [];
    let isDown = true;
    const instances = new Map([
      [
        'main',
        {
          send: async (_: unknown, { messageId }: { messageId: string }) => {
            calls.push(messageId);
            if (isDown) throw new ConnectorError({ kind: 'unavailable', delivered: 'no', code: '503', reason: 'down' });
            sent.push(messageId);
            return { providerMessageIds: [messageId] };
          },
        },
      ],
      [
        'other',
        { send: async (_: unknown, { messageId }: { messageId: string }) => ({ providerMessageIds: [messageId] }) },
      ],
    ]);
    const delivery = bench.delivery(() => Promise.reject(new Error('unused')), {
      instances,
      connector: fakeConnector(),
    });
    open.push(delivery);
    await delivery.start();
    const late = { expiresAt: bench.time.now() + 3_600_000 };
    await bench.publish(
      ...['a1', 'b1', 'a2', 'c1', 'd1', 'e1', 'a3'].map((id) => sendCommand(bench.time, id[0]!, id, late)),
    );
    await until(() => delivery.state().broken.length === 1, 'the breaker');
    const other = sendCommand(bench.time, 'z', 'o1', { account: 'other' });
    await bench.publish({ ...other, key: 'fake:other:z' as typeof other.key });
    await until(async () => (await bench.outcomes()).length === 1, 'the other account');
    expect(await register.getSingleMetricAsString('seaway_outbound_breaker_open')).toMatch(/account="main"\} 1/);
    for (let s = 0; s < 600; s += 1) {
      bench.time.advance(1000);
      for (let i = 0; i < 4; i += 1) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(calls.length).toBeGreaterThan(8);
    expect(calls.length).toBeLessThan(30);
    isDown = false;
    await until(async () => {
      bench.time.advance(1000);
      return sent.length === 7;
    }, 'everything going out');
    expect(sent.filter((id) => id.startsWith('a'))).toEqual(['a1', 'a2', 'a3']);
    expect(delivery.state().broken).toEqual([]);
  });

  it('is left alone by everybody for as long as a 429 says', async () => {
    const calls: [string, number][] = [];
    const from = bench.time.now();
    const delivery = bench.delivery((_, { messageId }) => {
      calls.push([messageId, bench.time.now() - from]);
      return calls.length === 1
        ? Promise.reject(
            new ConnectorError({ kind: 'rate_limited', delivered: 'no', retryAfterMs: 7000, reason: 'slow down' }),
          )
        : Promise.resolve({ providerMessageIds: [messageId] });
    });
    open.push(delivery);
    await delivery.start();
    await bench.publish(sendCommand(bench.time, 'a', 'm'));
    await until(() => bench.time.due().includes(7000), 'the alarm for the retry');
    await bench.publish(sendCommand(bench.time, 'b', 'other'));
    await until(async () => {
      bench.time.advance(100);
      return (await bench.outcomes()).length === 2;
    });
    expect(calls[1]![1]).toBeGreaterThanOrEqual(7000);
    expect(calls.map(([id]) => id).sort()).toEqual(['m', 'm', 'other']);
  });
});
