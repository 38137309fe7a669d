import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Schema } from 'mongoose';
import { type EmbeddedBus, openEmbeddedBus } from '#libs/bus';
import { DiskSpace, intakeOf } from '#libs/platform';
import { type CollectionDeclaration, type Doc, type EmbeddedStore, openEmbeddedStore } from '#libs/store';
import { until } from '../harness/until.ts';

const DISK_MB = 12;
const MB = 1_048_576;

/** A small disk of its own; undefined where the system does not let us have one. */
function mounted(): string | undefined {
  const dir = mkdtempSync(join(tmpdir(), 'seaway-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'tmpfs', dir], { stdio: 'ignore' });
    return dir;
  } catch {
    rmSync(dir, { recursive: true });
    return undefined;
  }
}

function unmount(dir: string): void {
  execFileSync('umount', [dir], { stdio: 'ignore' });
  rmSync(dir, { recursive: true });
}

/** Takes up all that is free; the answer gives it back. */
function fill(dir: string, leaveBytes = 0): () => void {
  const file = join(dir, 'ballast');
  const { bavail, bsize } = statfsSync(dir);
  writeFileSync(file, Buffer.alloc(Math.max(0, bavail * bsize - leaveBytes), 1));
  return () => {
    truncateSync(file, 0);
    rmSync(file);
  };
}

interface NoteDoc extends Doc {
  text: string;
}
const notes: CollectionDeclaration<NoteDoc, never> = {
  name: 'notes',
  schema: new Schema({
    _id: { type: String, required: true },
    version: { type: Number, required: true },
    text: { type: String, required: true },
  }),
  indexes: {},
  queries: {},
};

const dirAtStart = mounted();
if (dirAtStart === undefined) {
  process.stdout.write('skipped: a full disk (mount -t tmpfs is not permitted here)\n');
  describe.skip('a full disk', () => it('needs mount', () => {}));
} else {
  unmount(dirAtStart);
  describe('a full disk', () => {
    let dir: string;
    let bus: EmbeddedBus;
    let store: EmbeddedStore;
    const open = async (): Promise<void> => {
      bus = await openEmbeddedBus({ path: join(dir, 'bus.sqlite') });
      store = openEmbeddedStore({ path: join(dir, 'store.sqlite') });
    };
    afterEach(async () => {
      await bus.close();
      await store.close();
      unmount(dir);
    });

    /** Writes until one is refused; what was acknowledged is in `kept`. */
    const untilRefused = async (
      write: (n: number) => Promise<unknown>,
      kept: Set<number>,
      from: number,
    ): Promise<Error> => {
      for (let n = from; n < from + 20_000; n += 1) {
        try {
          await write(n);
          kept.add(n);
        } catch (error) {
          return error as Error;
        }
      }
      throw new Error('the disk took it all');
    };

    it('refuses writes as transient, loses nothing acknowledged, and takes writes again when there is room', async () => {
      dir = mounted()!;
      await open();
      await bus.ensureTopics([{ name: 't', retentionMs: 1e9, partitions: 2 }]);
      const docs = store.collection(notes);
      await store.ready();
      const text = 'x'.repeat(3000);
      const put = (n: number): Promise<unknown> => docs.insert({ _id: `n${n}`, text });
      const publish = (n: number): Promise<void> =>
        bus.publish([{ topic: 't', key: `k${n % 5}`, value: `${n} ${text}` }]);
      const stored = new Set<number>();
      const published = new Set<number>();
      for (let n = 0; n < 50; n += 1) {
        await put(n);
        stored.add(n);
        await publish(n);
        published.add(n);
      }
      for (let round = 1; round <= 3; round += 1) {
        const giveBack = fill(dir);
        expect(await untilRefused(put, stored, round * 100_000)).toMatchObject({ name: 'TransientError' });
        expect(await untilRefused(publish, published, round * 100_000)).toMatchObject({ name: 'TransientError' });
        expect(await bus.health()).toMatchObject({ up: false, detail: expect.stringContaining('free space') });
        expect((await docs.get('n7'))?.text).toBe(text);
        expect((await bus.read('t', 0, 0n, 1)).length).toBe(1);
        giveBack();
        await put(round * 100_000 + 50_000);
        stored.add(round * 100_000 + 50_000);
        await publish(round * 100_000 + 50_000);
        published.add(round * 100_000 + 50_000);
        expect(await bus.health()).toMatchObject({ up: true });
      }
      await bus.close();
      await store.close();
      await open();
      const found = await store.collection(notes).getMany([...stored].map((n) => `n${n}`));
      expect(found).toHaveLength(stored.size);
      const records = [...(await bus.read('t', 0, 0n, 1e6)), ...(await bus.read('t', 1, 0n, 1e6))];
      const numbers = records.map(({ value }) => Number(value.split(' ')[0]));
      expect([...published].filter((n) => !numbers.includes(n))).toEqual([]);
      expect(new Set(numbers).size).toBe(numbers.length);
    });

    it('consumers wait and go on when offsets cannot be committed', async () => {
      dir = mounted()!;
      await open();
      await bus.ensureTopics([{ name: 't', retentionMs: 1e9, partitions: 1 }]);
      const docs = store.collection(notes);
      await store.ready();
      const seen: string[] = [];
      let refusals = 0;
      const subscription = await bus.consume<string>({
        topics: ['t'],
        group: 'g',
        decode: ({ value }) => value,
        handler: async ({ entries }) => {
          for (const { message, value } of entries) {
            await docs.insert({ _id: `m${message.offset}`, text: 'y'.repeat(3000) }).catch((error: unknown) => {
              refusals += 1;
              throw error;
            });
            seen.push(value);
          }
        },
      });
      await bus.publish(Array.from({ length: 200 }, (_, n) => ({ topic: 't', key: 'k', value: String(n) })));
      const giveBack = fill(dir);
      const lag = async (): Promise<number> => (await bus.lag('g', ['t']))[0]!.messages;
      await until('the store refused a few times', () => refusals >= 3);
      expect(await lag()).toBeGreaterThan(0);
      expect(subscription.ready()).toBe(true);
      giveBack();
      await until('nothing is left', async () => (await lag()) === 0);
      expect([...new Set(seen)]).toEqual(Array.from({ length: 200 }, (_, n) => String(n)));
      expect(await docs.getMany(Array.from({ length: 200 }, (_, n) => `m${n}`))).toHaveLength(200);
    });

    it('is seen before it is full: intake closes, and opens by itself when there is room', async () => {
      dir = mounted()!;
      await open();
      const logger = { warn: () => {}, info: () => {} };
      const disk = new DiskSpace({ dir, minFreeBytes: 4 * MB, logger: logger as never });
      const intake = intakeOf(() => disk.low());
      await disk.look();
      expect(intake.open()).toBe(true);
      const giveBack = fill(dir, 2 * MB);
      await disk.look();
      expect(intake.reason()).toMatch(/nearly full: [12] MB free, at least 4 MB needed$/);
      giveBack();
      await disk.look();
      expect(intake.open()).toBe(true);
    });
  });
}
