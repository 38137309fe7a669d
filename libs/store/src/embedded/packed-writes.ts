import type { SQLInputValue } from 'node:sqlite';
import type { RowContent, RowResult, RowWrite, TableShape, WriteCall } from './row-write.ts';

/** A batch, or its results, as one flat list: handing that to a thread costs a fifth of what a tree of objects costs. */
export type Packed = SQLInputValue[];

const KINDS = ['insert', 'replace', 'remove'] as const;
/** In the place of `must`, for a call whose writes each stand alone. */
const ALONE = -1;
const RESULTS = ['inserted', 'exists', 'replaced', 'conflict', 'removed', 'absent', 'withheld'] as const;

/** Packs on one side and unpacks on the other: both have to be told of the same collections in the same order. */
export class WritePacking {
  readonly #shapes: TableShape[] = [];
  readonly #places = new Map<string, number>();

  define(shape: TableShape): void {
    this.#places.set(shape.table, this.#shapes.push(shape) - 1);
  }

  pack(batch: readonly WriteCall[]): Packed {
    const packed: Packed = [];
    for (const { writes, must = ALONE } of batch) {
      packed.push(writes.length, must);
      for (const write of writes) {
        packed.push(this.#places.get(write.table)!, KINDS.indexOf(write.kind), write.id);
        if (write.kind === 'remove') continue;
        packed.push(write.kind === 'replace' ? write.version : 0, write.text);
        for (const value of write.values) packed.push(value);
        for (const tokens of write.tokens) packed.push(tokens);
      }
    }
    return packed;
  }

  unpack(packed: Packed): WriteCall[] {
    const batch: WriteCall[] = [];
    for (let at = 0; at < packed.length;) {
      const count = packed[at] as number;
      const must = packed[at + 1] as number;
      const writes: RowWrite[] = [];
      at += 2;
      while (writes.length < count) {
        const shape = this.#shapes[packed[at] as number]!;
        const kind = KINDS[packed[at + 1] as number]!;
        const row = { table: shape.table, id: packed[at + 2] as string };
        at += 3;
        if (kind === 'remove') {
          writes.push({ ...row, kind });
          continue;
        }
        const tokensAt = at + 2 + shape.columns.length;
        const end = tokensAt + shape.tokenTables.length;
        const content: RowContent = {
          text: packed[at + 1] as string,
          values: packed.slice(at + 2, tokensAt),
          tokens: packed.slice(tokensAt, end) as string[],
        };
        writes.push(
          kind === 'insert'
            ? { ...row, kind, ...content }
            : { ...row, kind, version: packed[at] as number, ...content },
        );
        at = end;
      }
      batch.push(must === ALONE ? { writes } : { writes, must });
    }
    return batch;
  }
}

export const packResults = (results: readonly RowResult[]): Packed =>
  results.map((result) => (typeof result === 'string' ? RESULTS.indexOf(result) : result.uniqueKey));

export const unpackResults = (packed: Packed): RowResult[] =>
  packed.map((result) => (typeof result === 'string' ? { uniqueKey: result } : RESULTS[result as number]!));
