import { expect, it } from '@jest/globals';
import { CursorError, DeclarationError } from '../port.ts';
import { queryTokens, searchTokens } from '../search/tokens.ts';
import { idsOf } from './contract-bench.ts';
import type { ContractBench, SpecimenQuery } from './contract-bench.ts';
import { specimen, specimens } from './specimens.ts';

/** What holds for named queries, pages and search. */
export function queryContract(bench: ContractBench): void {
  it('answers by value, list, range, fixed value and dotted path, in both directions', async () => {
    const owner = bench.prefix();
    await bench.docs.insertMany(
      Array.from({ length: 12 }, (_, i) =>
        specimen(`${owner}-${String(i).padStart(2, '0')}`, {
          owner,
          status: owner,
          rank: i % 4,
          open: i < 3,
          nested: { code: `${owner}${i % 2}` },
        }),
      ),
    );
    const ranks = async (query: SpecimenQuery, params: Record<string, unknown>): Promise<number[]> =>
      (await bench.all(query, params, 5)).map(({ rank }) => rank);
    expect(await ranks('byOwner', { owner, status: owner, from: 1, to: 3 })).toEqual([2, 2, 2, 1, 1, 1]);
    expect(await ranks('byOwner', { owner, status: owner, from: 3 })).toEqual([3, 3, 3]);
    expect(idsOf(await bench.all('byStatusUp', { status: owner }, 5))).toEqual(
      ['00', '04', '08', '01', '05', '09', '02', '06', '10', '03', '07', '11'].map((n) => `${owner}-${n}`),
    );
    expect(idsOf(await bench.all('byStatusDown', { status: owner }, 5))).toEqual(
      ['11', '07', '03', '10', '06', '02', '09', '05', '01', '08', '04', '00'].map((n) => `${owner}-${n}`),
    );
    expect((await bench.all('openOnes', {}, 1000)).filter((doc) => doc.owner === owner)).toHaveLength(3);
    expect(idsOf(await bench.all('byCode', { code: `${owner}1` }, 4))).toHaveLength(6);
    expect(idsOf(await bench.all('byId', { ids: [`${owner}-05`, `${owner}-02`] }, 1))).toEqual([
      `${owner}-02`,
      `${owner}-05`,
    ]);
    expect(await bench.docs.count('byOwner', { owner, status: owner, to: 2 })).toBe(6);
  });

  it('merges the values of a list in the order of the index, page by page', async () => {
    const status = bench.prefix();
    const owners = ['z', 'a', 'm'].map((o) => status + o);
    await bench.docs.insertMany(
      Array.from({ length: 30 }, (_, i) =>
        specimen(`${status}-${String(i).padStart(2, '0')}`, { status, owner: owners[i % 3]!, rank: i >> 2 }),
      ),
    );
    const found = await bench.all('ofOwners', { owners: [...owners, 'nobody', owners[0]!], status }, 7);
    expect(idsOf(found)).toEqual(Array.from({ length: 30 }, (_, i) => `${status}-${String(29 - i).padStart(2, '0')}`));
    expect(await bench.docs.count('ofOwners', { owners: owners.slice(0, 2), status })).toBe(20);
    expect(await bench.docs.query('ofOwners', { owners: [], status })).toEqual({ items: [] });
  });

  it('keeps documents without the field out of a sparse index and last in a descending one', async () => {
    const status = bench.prefix();
    const base = 1e9 + bench.made;
    await bench.docs.insertMany([
      specimen(`${status}1`, { status, due: base }),
      specimen(`${status}2`, { status, due: null }),
      specimen(`${status}3`, { status }),
      specimen(`${status}4`, { status, due: base + 1 }),
    ]);
    expect(
      (await bench.all('dueBefore', { before: base + 1 }, 1))
        .filter((doc) => doc.status === status)
        .map(({ due }) => due),
    ).toEqual([base, base + 1]);
    expect(idsOf(await bench.all('byDue', { status }, 1))).toEqual([
      `${status}4`,
      `${status}1`,
      `${status}3`,
      `${status}2`,
    ]);
    expect(await bench.docs.query('byHandle', { handle: `${status}none` })).toEqual({ items: [] });
  });

  it('misses and doubles nothing of the start while documents are inserted between pages', async () => {
    for (const query of ['byStatusUp', 'byStatusDown'] as const) {
      const status = bench.prefix();
      const start = Array.from({ length: 40 }, (_, i) => specimen(`${status}-${i}`, { status, rank: i % 10 }));
      await bench.docs.insertMany(start);
      let extra = 0;
      const found = await bench.all(query, { status }, 7, async () => {
        await bench.docs.insertMany([0, 4, 9].map((rank) => specimen(`${status}-x${(extra += 1)}`, { status, rank })));
      });
      const seen = idsOf(found);
      expect(new Set(seen).size).toBe(seen.length);
      expect(start.filter(({ _id }) => !seen.includes(_id))).toEqual([]);
    }
  });

  it.each([
    ['充值', '我要充值失败了'],
    ['ตั้งค่า', 'ฉันจะเข้าไปตั้งค่าบัญชีของฉันได้ที่ไหน'],
    ['تسجيل', 'كيفية التسجيل؟'],
    ['top-up', 'my topup failed'],
    ['top up', 'my top-up failed'],
    ['topup', 'my top up failed'],
  ])('finds %s in %s', async (query, text) => {
    const id = bench.prefix();
    await bench.docs.insertMany([
      specimen(id, { text, tokens: searchTokens(`${text} ${id}`) }),
      specimen(`${id}other`, { tokens: searchTokens(`nothing ${id}`) }),
    ]);
    expect(idsOf(await bench.all('search', { tokens: [...queryTokens(query), id] }, 1))).toEqual([id]);
  });

  it('searches what a replacement says, not what was there before, and in order of rank', async () => {
    const id = bench.prefix();
    await bench.docs.insertMany([1, 2, 3].map((n) => specimen(`${id}${n}`, { tokens: [id, 'old'], rank: n })));
    await bench.docs.replace({ ...specimen(`${id}1`, { tokens: [id, 'new'], rank: 9 }), version: 1 });
    await bench.docs.replace({ ...specimen(`${id}2`, { tokens: [id, 'old'], rank: 0 }), version: 1 });
    expect(idsOf(await bench.all('searchRanked', { tokens: [id] }, 2))).toEqual([`${id}1`, `${id}3`, `${id}2`]);
    expect(idsOf(await bench.all('searchRanked', { tokens: ['old', id] }, 1))).toEqual([`${id}3`, `${id}2`]);
    expect(idsOf(await bench.all('search', { tokens: ['new', id] }, 1))).toEqual([`${id}1`]);
    expect(await bench.docs.query('search', { tokens: [] })).toEqual({ items: [] });
  });

  it('refuses questions that no index answers: parameters, operators and cursors that do not fit', async () => {
    await expect(bench.docs.query('byOwner', { status: 'open' })).rejects.toThrow(/"owner" is missing/);
    await expect(bench.docs.query('byOwner', { owner: 'ann' })).rejects.toThrow(DeclarationError);
    await expect(bench.docs.query('byStatusUp', { status: { $ne: '' } })).rejects.toThrow(/"status" must be/);
    await expect(bench.docs.query('ofOwners', { owners: 'ann', status: 'open' })).rejects.toThrow(/list/);
    await expect(bench.docs.query('byStatusUp', { state: 'open' })).rejects.toThrow(/no parameter "state"/);
    await expect(bench.docs.query('byStatusUp', { status: 'x' }, { after: 'nonsense' })).rejects.toThrow(CursorError);
    await expect(bench.docs.query('unheard' as never, {})).rejects.toThrow(/no query "unheard"/);
  });

  it('rejects a declaration with a query that its index does not cover, at start', () => {
    const bad = {
      ...specimens,
      name: 'bad',
      queries: {
        ...specimens.queries,
        byOwner: { index: 'rank', where: [{ field: 'owner', op: 'eq' as const, param: 'owner' }] },
      },
    };
    expect(() => bench.store.collection(bad)).toThrow(
      /collection bad, query byOwner: index "rank" \(rank\) does not cover it: "owner"/,
    );
  });
}
