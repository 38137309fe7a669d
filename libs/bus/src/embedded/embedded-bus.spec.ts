import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { busContract } from '../testing/bus-contract.ts';
import { Seen } from '../testing/contract-bench.ts';
import { waitFor } from '../testing/wait-for.ts';
import type { EmbeddedBus } from './embedded-bus.ts';
import { openEmbeddedBus } from './open-embedded-bus.ts';

busContract({
  name: 'embedded',
  open: async (options) => {
    const dir = mkdtempSync(join(tmpdir(), 'seaway-bus-'));
    const open = (): Promise<EmbeddedBus> => openEmbeddedBus({ path: join(dir, 'bus.sqlite'), ...options });
    let bus = await open();
    return {
      bus,
      reopen: async () => {
        await bus.close();
        return (bus = await open());
      },
      destroy: async () => {
        await bus.close();
        rmSync(dir, { recursive: true });
      },
    };
  },
});

describe('embedded bus', () => {
  let dir: string;
  let path: string;
  const children: ChildProcess[] = [];
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'seaway-bus-'));
    path = join(dir, 'bus.sqlite');
  });
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
    }
    rmSync(dir, { recursive: true });
  });

  const startChild = (): ChildProcess => {
    const script = join(import.meta.dirname, '../testing/killed-process.ts');
    const child = spawn(process.execPath, ['--conditions=source', script, path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    return child;
  };

  it('keeps every acknowledged record, and delivers again what was not committed, after kill -9', async () => {
    for (let round = 0; round < 3; round += 1) {
      const acknowledged = new Set<string>();
      const child = startChild();
      createInterface({ input: child.stdout! }).on('line', (line) => acknowledged.add(line));
      await waitFor('the child has written a while', () => acknowledged.size > 300 * (round + 1));
      child.kill('SIGKILL');
      await once(child, 'exit');
      const bus = await openEmbeddedBus({ path });
      const stored = new Set<string>();
      for (let p = 0; p < 4; p += 1) for (const m of await bus.read('killed', p, 0n, 1e6)) stored.add(m.value);
      expect([...acknowledged].filter((value) => !stored.has(value))).toEqual([]);
      const seen = new Seen();
      const subscription = await bus.consume({
        topics: ['killed'],
        group: `check-${round}`,
        decode: (m) => ({ n: Number(m.value.split('/')[1]) }),
        handler: seen.handler,
      });
      await waitFor('everything is delivered', () => seen.count === stored.size);
      // The child's own group never finished a record of this key.
      const lag = await bus.lag('killed-group', ['killed']);
      expect(lag.reduce((sum, l) => sum + l.messages, 0)).toBeGreaterThan(0);
      await subscription.close();
      await bus.close();
    }
  }, 60_000);

  it('refuses a second process, in one sentence', async () => {
    const child = startChild();
    let lines = 0;
    createInterface({ input: child.stdout! }).on('line', () => (lines += 1));
    await waitFor('the child is at work', () => lines > 0);
    await expect(openEmbeddedBus({ path })).rejects.toThrow('is in use by another process');
  }, 30_000);

  it('shares one commit among what is published in one turn', async () => {
    const bus = await openEmbeddedBus({ path });
    await bus.ensureTopics([{ name: 't', retentionMs: 1000, partitions: 1 }]);
    const started = performance.now();
    await Promise.all(
      Array.from({ length: 20_000 }, (_, n) => bus.publish([{ topic: 't', key: 'k', value: String(n) }])),
    );
    // 20,000 commits of their own would take many seconds on any disk.
    expect(performance.now() - started).toBeLessThan(3000);
    const values = (await bus.read('t', 0, 0n, 20_000)).map((m) => Number(m.value));
    expect(values).toEqual(Array.from({ length: 20_000 }, (_, n) => n));
    await bus.close();
  });

  it('forgets what its topic no longer keeps, and goes on counting offsets after a restart', async () => {
    let now = 1_000_000;
    const clock = { now: () => now };
    let bus = await openEmbeddedBus({ path, clock });
    await bus.ensureTopics([{ name: 't', retentionMs: 1000, partitions: 1 }]);
    await bus.publish([
      { topic: 't', key: 'k', value: '0' },
      { topic: 't', key: 'k', value: '1' },
    ]);
    now += 800;
    await bus.publish([{ topic: 't', key: 'k', value: '2' }]);
    now += 500;
    expect(bus.sweep()).toBe(2);
    expect((await bus.read('t', 0, 0n, 10)).map((m) => [m.offset, m.value])).toEqual([[2n, '2']]);
    now += 5000;
    expect(bus.sweep()).toBe(1);
    await bus.close();
    bus = await openEmbeddedBus({ path, clock });
    await bus.publish([{ topic: 't', key: 'k', value: '3' }]);
    expect((await bus.read('t', 0, 0n, 10)).map((m) => m.offset)).toEqual([3n]);
    expect((await bus.lag('never', ['t']))[0]).toMatchObject({ committed: 3n, end: 4n, messages: 1 });
    await bus.close();
  });
});
