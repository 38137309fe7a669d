import { expect, it } from '@jest/globals';
import { ShapeError, UniqueKeyError } from '../port.ts';
import { idsOf } from './contract-bench.ts';
import type { ContractBench } from './contract-bench.ts';
import { specimen, without } from './specimens.ts';

/** What holds for inserting, replacing and deleting. */
export function writeContract(bench: ContractBench): void {
  it('gives back what was written, with version 1, nothing added and nothing lost', async () => {
    const id = bench.prefix();
    const payload = {
      empty: {},
      list: [1, 'a', null, { deep: [true] }],
      text: '充值 ‎\u0000 "é"',
      zero: 0,
      big: 1_790_000_000_000,
    };
    expect(await bench.docs.insert(specimen(id, { payload, handle: undefined, due: null }))).toBe('inserted');
    expect(await bench.docs.get(id)).toEqual({ ...specimen(id, { payload, due: null }), version: 1 });
    expect(await bench.docs.get(`${id}-none`)).toBeUndefined();
    expect(idsOf(await bench.docs.getMany([id, `${id}-none`]))).toEqual([id]);
    expect(await bench.docs.getMany([])).toEqual([]);
  });

  it('inserts once: the id or a unique key that is taken gives exists and changes nothing', async () => {
    const id = bench.prefix();
    expect(await bench.docs.insert(specimen(id, { handle: id, text: 'first' }))).toBe('inserted');
    expect(await bench.docs.insert(specimen(id, { text: 'second' }))).toBe('exists');
    expect(await bench.docs.insert(specimen(`${id}b`, { handle: id }))).toBe('exists');
    expect((await bench.docs.get(id))?.text).toBe('first');
    expect(await bench.docs.get(`${id}b`)).toBeUndefined();
    const raced = await Promise.all(
      Array.from({ length: 20 }, (_, i) => bench.docs.insert(specimen(`${id}r`, { rank: i }))),
    );
    expect(raced.filter((outcome) => outcome === 'inserted')).toHaveLength(1);
  });

  it('takes any number of documents without a sparse unique field', async () => {
    const id = bench.prefix();
    expect(
      await bench.docs.insertMany([
        specimen(`${id}1`),
        specimen(`${id}2`, { handle: null }),
        specimen(`${id}3`, { handle: null }),
      ]),
    ).toEqual(['inserted', 'inserted', 'inserted']);
  });

  it('inserts in bulk with an outcome each', async () => {
    const id = bench.prefix();
    await bench.docs.insert(specimen(`${id}2`));
    const outcomes = await bench.docs.insertMany(['1', '2', '3', '3', '4'].map((n) => specimen(id + n)));
    expect(outcomes).toEqual(['inserted', 'exists', 'inserted', 'exists', 'inserted']);
    expect(await bench.docs.getMany(['1', '2', '3', '4'].map((n) => id + n))).toHaveLength(4);
    expect(await bench.docs.insertMany([])).toEqual([]);
  });

  it('replaces only the version it was given', async () => {
    const id = bench.prefix();
    await bench.docs.insert(specimen(id, { due: 5, payload: 1 }));
    const first = (await bench.docs.get(id))!;
    const rest = without(first, 'payload');
    expect(await bench.docs.replace({ ...rest, rank: 7 })).toBe('replaced');
    expect(await bench.docs.replace({ ...first, rank: 8 })).toBe('conflict');
    expect(await bench.docs.get(id)).toEqual({ ...rest, rank: 7, version: 2 });
    expect(await bench.docs.replace({ ...first, _id: `${id}-none` })).toBe('conflict');
  });

  it('lets exactly one of fifty writers win each version', async () => {
    const id = bench.prefix();
    await bench.docs.insert(specimen(id));
    for (let version = 1; version <= 5; version += 1) {
      const writers = Array.from({ length: 50 }, (_, i) =>
        bench.docs.replace({ ...specimen(id, { rank: i }), version }),
      );
      const outcomes = await Promise.all(writers);
      expect(outcomes.filter((outcome) => outcome === 'replaced')).toHaveLength(1);
      const stored = (await bench.docs.get(id))!;
      expect([stored.version, stored.rank]).toEqual([version + 1, outcomes.indexOf('replaced')]);
    }
  });

  it('replaces in bulk with an outcome each, and refuses a replacement that takes a unique key', async () => {
    const id = bench.prefix();
    await bench.docs.insertMany([specimen(`${id}1`, { handle: `${id}h` }), specimen(`${id}2`), specimen(`${id}3`)]);
    const stale = { ...specimen(`${id}2`), version: 9 };
    expect(
      await bench.docs.replaceMany([{ ...specimen(`${id}1`, { handle: `${id}h`, rank: 2 }), version: 1 }, stale]),
    ).toEqual(['replaced', 'conflict']);
    await expect(bench.docs.replace({ ...specimen(`${id}3`, { handle: `${id}h` }), version: 1 })).rejects.toThrow(
      UniqueKeyError,
    );
    expect(await bench.docs.get(`${id}3`)).toEqual({ ...specimen(`${id}3`), version: 1 });
  });

  it('deletes, alone and in bulk, and forgets what it found them by', async () => {
    const id = bench.prefix();
    const token = `${id}token`;
    await bench.docs.insertMany([1, 2, 3].map((n) => specimen(`${id}${n}`, { tokens: [token], handle: `${id}${n}` })));
    expect(await bench.docs.delete(`${id}1`)).toBe(true);
    expect(await bench.docs.delete(`${id}1`)).toBe(false);
    expect(await bench.docs.deleteMany([`${id}1`, `${id}2`])).toBe(1);
    expect(await bench.docs.count('search', { tokens: [token] })).toBe(1);
    expect(await bench.docs.insert(specimen(`${id}4`, { handle: `${id}1` }))).toBe('inserted');
  });

  it('refuses documents that do not fit the schema, and says why', async () => {
    const id = bench.prefix();
    await expect(bench.docs.insert({ ...specimen(id), surprise: 1 } as never)).rejects.toThrow(
      /unknown field "surprise"/,
    );
    await expect(bench.docs.insert(without(specimen(id), 'owner') as never)).rejects.toThrow(
      /missing required field "owner"/,
    );
    await expect(bench.docs.insert(specimen(id, { rank: 'high' as never }))).rejects.toThrow(
      /"rank" should be of type number, got string/,
    );
    await expect(bench.docs.insert(specimen(id, { rank: Number.NaN }))).rejects.toThrow(ShapeError);
    await expect(bench.docs.insert(specimen(id, { nested: { code: { $gt: '' } as never } }))).rejects.toThrow(
      ShapeError,
    );
    await expect(bench.docs.replace({ ...specimen(id), version: 1, surprise: 1 } as never)).rejects.toThrow(ShapeError);
    await expect(
      bench.docs.insertMany([specimen(`${id}good`), { ...specimen(id), surprise: 1 } as never]),
    ).rejects.toThrow(ShapeError);
    expect(await bench.docs.getMany([id, `${id}good`])).toEqual([]);
  });
}
