import { afterAll, describe, expect, it } from '@jest/globals';
import * as collections from '../collections/index.ts';
import { parked } from '../parking/parked.ts';
import type { CollectionDeclaration, Condition, Doc } from '../port.ts';
import { specimens } from '../testing/specimens.ts';
import { openEmbeddedStore } from './store.ts';

type Declared = CollectionDeclaration<Doc, string>;

const exported: unknown[] = [...Object.values(collections), parked, specimens];
const declared = exported.filter(
  (value): value is Declared => typeof value === 'object' && value !== null && 'queries' in value,
);
const store = openEmbeddedStore({ path: ':memory:' });
afterAll(async () => store.close());

const sample = (condition: Condition): [string, unknown][] => {
  if (!('param' in condition)) return [];
  if (condition.op === 'in' || condition.op === 'all') return [[condition.param, ['a', 'b']]];
  return [[condition.param, condition.op === 'eq' ? 'a' : 5]];
};

describe('every declared query', () => {
  it.each(
    declared.flatMap((declaration) =>
      Object.keys(declaration.queries).map((query) => [declaration.name, query, declaration] as const),
    ),
  )('%s.%s is answered by its index, in order, without sorting', (_, query, declaration) => {
    const { where, index } = declaration.queries[query]!;
    const steps = store.collection(declaration).explain(query, Object.fromEntries(where.flatMap(sample)));
    const text = steps.join('\n');
    expect(text).not.toMatch(/TEMP B-TREE/);
    expect(text).toMatch(
      index === '_id' || where.some(({ op }) => op === 'all')
        ? /SEARCH/
        : new RegExp(`USING INDEX ${declaration.name}\\.${index}`),
    );
  });
});
