import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { specimen, specimens } from '../testing/specimens.ts';
import { openEmbeddedStore } from './store.ts';
import type { EmbeddedStore } from './store.ts';

const DOCUMENTS = 100_000;
const AT_ONCE = 1000;

describe('embedded store with 100 000 documents', () => {
  const dir = mkdtempSync(join(tmpdir(), 'seaway-speed-'));
  let store: EmbeddedStore;
  const docs = () => store.collection(specimens);

  beforeAll(async () => {
    store = openEmbeddedStore({ path: join(dir, 'store.sqlite') });
    const text = 'x'.repeat(600);
    for (let n = 0; n < DOCUMENTS; n += AT_ONCE) {
      await docs().insertMany(
        Array.from({ length: AT_ONCE }, (_, k) => {
          const i = n + k;
          const tokens = ['common', i % 2 ? 'odd' : 'even', `word${i % 500}`, `rare${i}`];
          return specimen(randomUUID(), {
            owner: `o${i % 20}`,
            status: i % 5 ? 'open' : 'closed',
            rank: i,
            due: i,
            nested: { code: `c${i % 1000}` },
            text,
            tokens,
          });
        }),
      );
    }
  }, 120_000);
  afterAll(async () => {
    await store.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const median = async (work: () => Promise<{ items: unknown[] }>, expected: number): Promise<number> => {
    const times: number[] = [];
    for (let i = 0; i < 21; i += 1) {
      const start = performance.now();
      const { items } = await work();
      times.push(performance.now() - start);
      expect(items).toHaveLength(expected);
    }
    return times.sort((a, b) => a - b)[10]!;
  };

  it.each([
    ['first page', 'byStatusDown', { status: 'open' }, 0],
    ['deep page (30 000 in)', 'byStatusDown', { status: 'open' }, 30_000],
    ['deep page of a range', 'byOwner', { owner: 'o3', status: 'open', from: 1, to: 99_999 }, 4000],
    ['list of 20 owners', 'ofOwners', { owners: Array.from({ length: 20 }, (_, i) => `o${i}`), status: 'open' }, 0],
    ['search, two common tokens', 'search', { tokens: ['common', 'odd'] }, 0],
    ['search, common and rare token', 'search', { tokens: ['common', 'word7', 'odd'] }, 0],
    ['search in order of rank, deep', 'searchRanked', { tokens: ['common', 'even'] }, 20_000],
  ] as const)('%s takes less than 10 ms', async (what, query, params, skip) => {
    let after: string | undefined;
    for (let skipped = 0; skipped < skip; skipped += 1000) {
      after = (await docs().query(query, params, { limit: 1000, ...(after === undefined ? {} : { after }) })).next;
    }
    const page = { limit: 50, ...(after === undefined ? {} : { after }) };
    const ms = await median(() => docs().query(query, params, page), 50);
    process.stdout.write(`embedded store, ${DOCUMENTS} documents, ${what}: ${ms.toFixed(2)} ms\n`);
    expect(ms).toBeLessThan(10);
  });
});
