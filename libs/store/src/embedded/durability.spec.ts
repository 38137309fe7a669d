import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createInterface } from 'node:readline';
import { specimen, specimens, without } from '../testing/specimens.ts';
import { openEmbeddedStore } from './store.ts';

const WRITER = join(import.meta.dirname, '../testing/writer-process.ts');

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'seaway-store-'));
  path = join(dir, 'store.sqlite');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const startWriter = (prefix: string): ChildProcess =>
  spawn(process.execPath, ['--experimental-transform-types', '--no-warnings', '-C', 'source', WRITER, path, prefix], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });

/** Reads lines until there are `count`, then kills the process without warning and reads what it still had said. */
async function killAfter(child: ChildProcess, count: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout! })) {
    lines.push(line);
    if (lines.length === count) child.kill('SIGKILL');
  }
  return lines;
}

describe('embedded store on disk', () => {
  it('has every acknowledged write after kill -9, three times over', async () => {
    const acknowledged: string[] = [];
    for (const round of ['a', 'b', 'c']) {
      acknowledged.push(...(await killAfter(startWriter(round), 400)));
      const store = openEmbeddedStore({ path });
      const docs = store.collection(specimens);
      const found = await docs.getMany(acknowledged);
      expect(found).toHaveLength(acknowledged.length);
      expect(found.every(({ version }) => version === 2)).toBe(true);
      const last = acknowledged.at(-1)!;
      expect((await docs.query('search', { tokens: [`token-${last}`] })).items).toHaveLength(1);
      await store.close();
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(1200);
  }, 60_000);

  it('refuses a second process, and says what to do', async () => {
    const store = openEmbeddedStore({ path });
    const lines = await killAfter(startWriter('x'), Number.POSITIVE_INFINITY);
    expect(lines).toEqual([
      `${path} is in use by another process: the embedded store serves one process; use STORE=mongo`,
    ]);
    await store.close();
    const again = openEmbeddedStore({ path });
    await again.close();
  }, 30_000);

  it('refuses writes as unavailable when there is no room, reads on, and writes again when there is', async () => {
    const store = openEmbeddedStore({ path, maxBytes: 1_000_000 });
    const docs = store.collection(specimens);
    await docs.insert(specimen('first'));
    const text = 'x'.repeat(100_000);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) => docs.insert(specimen(`big${i}`, { text }))),
    );
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    expect(outcomes[0]).toMatchObject({ reason: { name: 'TransientError', message: expect.stringMatching(/full/) } });
    expect(await docs.get('big0')).toBeUndefined();
    expect(await docs.get('first')).toMatchObject({ version: 1 });
    expect(await docs.insert(specimen('small'))).toBe('inserted');
    await store.close();
  });

  it('fills columns, indexes and tokens again when the declaration changed between starts', async () => {
    const before = openEmbeddedStore({ path });
    const indexes = without(specimens.indexes, 'sparseDue', 'code', 'tokensRank');
    const queries = without(specimens.queries, 'dueBefore', 'byCode', 'searchRanked');
    const old = before.collection({
      ...specimens,
      indexes: indexes as typeof specimens.indexes,
      queries: queries as typeof specimens.queries,
    });
    await old.insertMany(
      Array.from({ length: 1200 }, (_, i) =>
        specimen(`d${i}`, { due: i, nested: { code: `c${i % 3}` }, tokens: ['t', `t${i % 2}`], rank: i }),
      ),
    );
    await before.close();

    const after = openEmbeddedStore({ path });
    const docs = after.collection(specimens);
    expect(await docs.count('dueBefore', { before: 99 })).toBe(100);
    expect(await docs.count('byCode', { code: 'c1' })).toBe(400);
    expect(
      (await docs.query('searchRanked', { tokens: ['t', 't1'] }, { limit: 2 })).items.map(({ rank }) => rank),
    ).toEqual([1199, 1197]);
    expect(await docs.count('search', { tokens: ['t0'] })).toBe(600);
    await after.close();
  });

  it('only drops and makes indexes where the columns are there, and fills a column that had rested', async () => {
    const fewer = {
      ...specimens,
      indexes: without(specimens.indexes, 'code', 'allDue') as typeof specimens.indexes,
      queries: without(specimens.queries, 'byCode', 'byDue') as typeof specimens.queries,
    };
    const begin = openEmbeddedStore({ path });
    await begin.collection(specimens).insertMany(['a', 'b'].map((id) => specimen(id, { nested: { code: 'old' } })));
    await begin.close();
    const file = new DatabaseSync(path);
    file.exec("UPDATE specimens SET f_rank = 77 WHERE id = 'a'");
    file.close();

    const later = openEmbeddedStore({ path });
    const docs = later.collection(fewer);
    expect(await docs.count('ranked', { above: 76 })).toBe(1);
    await docs.replace({ ...specimen('b', { nested: { code: 'new' } }), version: 1 });
    await docs.insert(specimen('c', { nested: { code: 'new' } }));
    await later.close();

    const again = openEmbeddedStore({ path });
    expect(await again.collection(specimens).count('byCode', { code: 'new' })).toBe(2);
    expect(await again.collection(specimens).count('byCode', { code: 'old' })).toBe(1);
    expect(await again.collection(specimens).count('ranked', { above: 76 })).toBe(0);
    await again.close();
  });

  it('makes one commit of what is written in one turn, in the order of the calls', async () => {
    const store = openEmbeddedStore({ path });
    const docs = store.collection(specimens);
    const outcomes = await Promise.all([
      docs.insert(specimen('one')),
      docs.replace({ ...specimen('one', { rank: 2 }), version: 1 }),
      docs.insert(specimen('one')),
      docs.delete('one'),
      docs.insert(specimen('one', { rank: 5 })),
    ]);
    expect(outcomes).toEqual(['inserted', 'replaced', 'exists', true, 'inserted']);
    expect(await docs.get('one')).toMatchObject({ rank: 5, version: 1 });
    await store.close();
    await expect(docs.get('one')).rejects.toMatchObject({ name: 'TransientError' });
    await expect(docs.insert(specimen('two'))).rejects.toMatchObject({ name: 'TransientError' });
    expect(await store.health()).toMatchObject({ up: false });
  });

  it('sweeps what has expired by the clock it was given', async () => {
    let now = 0;
    const store = openEmbeddedStore({ path: ':memory:', clock: { now: () => now } });
    const docs = store.collection(specimens);
    await docs.insertMany(Array.from({ length: 1500 }, (_, i) => specimen(`d${i}`, { rank: i, tokens: ['t'] })));
    expect(await store.sweep()).toBe(0);
    now = 2200;
    expect(await store.sweep()).toBe(1201);
    expect(await docs.count('search', { tokens: ['t'] })).toBe(299);
    await store.close();
  });
});
