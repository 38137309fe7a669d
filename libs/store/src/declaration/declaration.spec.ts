import { describe, expect, it } from '@jest/globals';
import { Schema } from 'mongoose';
import type { CollectionDeclaration, Doc, IndexDeclaration, QueryDeclaration } from '../port.ts';
import { specimen, specimens } from '../testing/specimens.ts';
import { planCollection } from './collection-plan.ts';

const declare = (
  indexes: Record<string, IndexDeclaration>,
  query: QueryDeclaration,
  more: object = {},
): CollectionDeclaration<Doc, string> => ({
  name: 'things',
  schema: new Schema({
    _id: { type: String, required: true },
    version: { type: Number, required: true },
    a: { type: String, required: true },
    b: { type: Number, required: true },
    c: Number,
    list: [String],
    words: { type: [String], required: true },
    open: Schema.Types.Mixed,
  }),
  indexes,
  queries: { asked: query },
  tokens: ['words'],
  ...more,
});
const eq = (field: string) => ({ field, op: 'eq' as const, param: field });
const gt = (field: string) => ({ field, op: 'gt' as const, param: field });
const abc = { abc: { fields: ['a', 'b', 'c'] } };

describe('a declaration', () => {
  it.each<[string, Record<string, IndexDeclaration>, QueryDeclaration]>([
    ['prefix', abc, { index: 'abc', where: [eq('a')] }],
    ['prefix in another order', abc, { index: 'abc', where: [eq('b'), eq('a')], sort: [['c', -1]] }],
    [
      'range behind the prefix',
      abc,
      {
        index: 'abc',
        where: [eq('a'), gt('b')],
        sort: [
          ['b', 1],
          ['c', 1],
        ],
      },
    ],
    ['order alone', abc, { index: 'abc', where: [], sort: [['a', -1]] }],
    ['the id', {}, { index: '_id', where: [eq('_id')] }],
    ['below a mixed field', { d: { fields: ['open.code'] } }, { index: 'd', where: [eq('open.code')] }],
    [
      'tokens',
      { w: { fields: ['words', 'b'] } },
      { index: 'w', where: [{ field: 'words', op: 'all', param: 'w' }], sort: [['b', -1]] },
    ],
  ])('is taken: %s', (_, indexes, query) => {
    expect(() => planCollection(declare(indexes, query))).not.toThrow();
  });

  it.each<[RegExp, Record<string, IndexDeclaration>, QueryDeclaration, object?]>([
    [/query asked: index "none" is not declared/, abc, { index: 'none', where: [] }],
    [/"b" is not among its first fields/, abc, { index: 'abc', where: [eq('b')] }],
    [/"c" is not among its first fields/, abc, { index: 'abc', where: [eq('a'), eq('c')] }],
    [/range on "c" has to come right behind/, abc, { index: 'abc', where: [eq('a'), gt('c')] }],
    [/ranges on "b" and "c"/, abc, { index: 'abc', where: [eq('a'), gt('b'), gt('c')] }],
    [
      /sort field "c" is not what follows in the index \(b\)/,
      abc,
      { index: 'abc', where: [eq('a')], sort: [['c', 1]] },
    ],
    [/sort field "c" is not what follows/, abc, { index: 'abc', where: [eq('a'), gt('b')], sort: [['c', 1]] }],
    [
      /sort directions differ/,
      abc,
      {
        index: 'abc',
        where: [],
        sort: [
          ['a', 1],
          ['b', -1],
        ],
      },
    ],
    [/two conditions fix "a"/, abc, { index: 'abc', where: [eq('a'), eq('a')] }],
    [/field "zz" is not in the schema/, abc, { index: 'abc', where: [eq('zz')] }],
    [/index z: field "z" is not in the schema/, { z: { fields: ['z'] } }, { index: 'z', where: [] }],
    [/"list" is a list; declare it among the tokens/, { l: { fields: ['list'] } }, { index: 'l', where: [] }],
    [/needs an "all" condition on "words"/, { w: { fields: ['words'] } }, { index: 'w', where: [] }],
    [/can only be asked with "all"/, { w: { fields: ['words'] } }, { index: 'w', where: [eq('words')] }],
    [/"all" on "a", which is no token field/, abc, { index: 'abc', where: [{ field: 'a', op: 'all', param: 'a' }] }],
    [/token field "words" has to stand first/, { w: { fields: ['a', 'words'] } }, { index: 'w', where: [] }],
    [
      /"c" follows tokens/,
      { w: { fields: ['words', 'c'] } },
      { index: 'w', where: [{ field: 'words', op: 'all', param: 'w' }] },
    ],
    [/unique over "c", which may be missing/, { u: { fields: ['c'], unique: true } }, { index: 'u', where: [eq('c')] }],
    [/a field is named twice/, { t: { fields: ['a', 'a'] } }, { index: 't', where: [] }],
    [/expiry by "c" needs an index/, abc, { index: 'abc', where: [] }, { expire: { field: 'c', afterMs: 1 } }],
    [/"when" is of type Date/, abc, { index: 'abc', where: [] }, { schema: new Schema({ when: Date }) }],
    [/name must be lower-case/, abc, { index: 'abc', where: [] }, { name: 'Bad-Name' }],
  ])('is refused: %s', (message, indexes, query, ...[more]) => {
    expect(() => planCollection(declare(indexes, query, more))).toThrow(message);
  });

  it('leaves conditions out when their parameter is absent, where the index still covers the rest', () => {
    const query = planCollection(
      declare(abc, { index: 'abc', where: [eq('a'), gt('b')], sort: [['b', -1]] }),
    ).queries.get('asked')!;
    expect(query.bind({ a: 'x' }).ranges).toEqual([]);
    expect(query.bind({ a: 'x', b: 3 }).ranges).toEqual([{ field: 'b', op: 'gt', value: 3 }]);
    expect(() => query.bind({ b: 3 })).toThrow(/parameter "a" is missing/);
  });

  it('checks a document in less than two microseconds', () => {
    const { shape } = planCollection(specimens);
    const doc = { ...specimen('a'), version: 1 };
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 20; round += 1) {
      const start = performance.now();
      for (let i = 0; i < 5000; i += 1) shape.check(doc);
      best = Math.min(best, ((performance.now() - start) / 5000) * 1000);
    }
    process.stdout.write(`shape check: ${best.toFixed(2)} µs\n`);
    expect(best).toBeLessThan(2);
  });
});
