import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { seawayConfig } from './config.ts';
import { readEnvironment } from './environment.ts';
import { openRuntime, type Runtime } from './runtime.ts';
import { endInOrder } from './stop-on-signal.ts';

const config = seawayConfig.parse({
  accounts: [{ channel: 'telegram', account: 'shop' }],
  queues: [{ id: 'q', name: 'Q' }],
  agents: [
    {
      id: 'a',
      name: 'A',
      email: 'a@example.test',
      password: 'long-enough',
      languages: ['en'],
      zone: 'UTC',
      queues: ['q'],
    },
  ],
  partitions: 1,
});

async function until(holds: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 10_000; !holds();) {
    if (Date.now() > deadline) throw new Error('waited in vain');
    await new Promise((next) => setTimeout(next, 5));
  }
}

describe('the end of a process', () => {
  let dir: string;
  let runtime: Runtime;
  let crashes: Error[];
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'seaway-end-'));
    crashes = [];
    const env = readEnvironment({
      SEAWAY_DATA: dir,
      LOG_LEVEL: 'silent',
      SHUTDOWN_DEADLINE_MS: '300',
      DISK_MIN_FREE_MB: '1',
    });
    runtime = await openRuntime({ config, env, onCrash: (error) => crashes.push(error) });
  });
  afterEach(async () => {
    await runtime.close();
    rmSync(dir, { recursive: true });
  });

  const consume = (handler: () => Promise<void>) =>
    runtime.bus.consume({ topics: ['seaway.commands'], group: 'g', decode: ({ value }) => value, handler });
  const publish = (n: number): Promise<void> =>
    runtime.bus.publish([{ topic: 'seaway.commands', key: `k${n}`, value: String(n) }]);
  const down = async (): Promise<Record<string, string>> => {
    const found: Record<string, string> = {};
    for (const { name, check } of runtime.checks) {
      const { up, detail } = await check();
      if (!up) found[name] = detail;
    }
    return found;
  };

  it('first readiness and intake, then consumers, then the application, then bus and store', async () => {
    const order: string[] = [];
    let finish: () => void = () => {};
    let running = false;
    await consume(async () => {
      running = true;
      await new Promise<void>((resolve) => (finish = resolve));
      order.push('handler done');
    });
    await publish(1);
    await until(() => running);
    expect([await down(), runtime.intake.open()]).toEqual([{}, true]);
    const end = endInOrder(
      {
        close: async () => {
          order.push('application closes');
          await publish(2);
          expect((await runtime.store.health()).up).toBe(true);
          order.push('and could still publish');
        },
      },
      runtime,
    );
    expect([runtime.intake.open(), runtime.intake.reason()]).toEqual([false, 'this process is shutting down']);
    expect(await down()).toMatchObject({ intake: 'this process is shutting down' });
    order.push('intake closed');
    finish();
    await end;
    expect(order).toEqual(['intake closed', 'handler done', 'application closes', 'and could still publish']);
    expect((await runtime.bus.health()).up).toBe(false);
  });

  it('waits for a hung handler no longer than the deadline', async () => {
    let running = false;
    await consume(async () => {
      running = true;
      await new Promise(() => {});
    });
    await publish(1);
    await until(() => running);
    const before = performance.now();
    await endInOrder({ close: async () => {} }, runtime);
    const took = performance.now() - before;
    expect(took).toBeGreaterThan(250);
    expect(took).toBeLessThan(2500);
  });

  it('is not ready, and says why, when a consumer stopped over too many failing keys', async () => {
    await consume(async () => {
      throw new TypeError('a bad build');
    });
    for (let n = 0; n < 25; n += 1) await publish(n);
    await until(() => crashes.length === 1);
    expect(crashes[0]!.name).toBe('TooManyParkedKeysError');
    const { groups } = await down();
    expect(groups).toMatch(/^g: consumer group "g" stopped: more than 20 keys failed within a minute.*a bad build/);
    expect(runtime.intake.open()).toBe(true);
  });
});
