import { describe, expect, it } from '@jest/globals';
import { packResults, unpackResults, WritePacking } from './packed-writes.ts';
import type { RowResult, WriteCall } from './row-write.ts';

const shapes = [
  { table: 'plain', columns: [], tokenTables: [] },
  {
    table: 'full',
    columns: ['a', 'b', 'c'],
    tokenTables: [
      { table: 'x', field: 't', trailing: [] },
      { table: 'y', field: 'u', trailing: ['a'] },
    ],
  },
];

describe('packed writes', () => {
  it('come out as they went in, of all collections and kinds, with the bounds of their calls', () => {
    const packing = new WritePacking();
    for (const shape of shapes) packing.define(shape);
    const content = { text: '{}', values: ['1', 2, null], tokens: ['["a"]', '[]'] };
    const batch: WriteCall[] = [
      { writes: [{ kind: 'insert', table: 'full', id: '1', ...content }] },
      { writes: [] },
      {
        writes: [
          { kind: 'replace', table: 'full', id: '2', version: 7, ...content },
          { kind: 'remove', table: 'plain', id: '3' },
          { kind: 'insert', table: 'plain', id: '0', text: '', values: [], tokens: [] },
        ],
        must: 2,
      },
      { writes: [{ kind: 'remove', table: 'full', id: '4' }] },
    ];
    expect(packing.unpack(structuredClone(packing.pack(batch)))).toEqual(batch);
  });

  it('has results that come out as they went in', () => {
    const results: RowResult[] = [
      'inserted',
      'exists',
      { uniqueKey: '0' },
      'replaced',
      'conflict',
      'removed',
      'absent',
      'withheld',
    ];
    expect(unpackResults(structuredClone(packResults(results)))).toEqual(results);
  });
});
