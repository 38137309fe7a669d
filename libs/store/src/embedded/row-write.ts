import type { SQLInputValue } from 'node:sqlite';

/** The token side table of one index: (token, the index's further fields, n). */
export interface TokenTable {
  table: string;
  field: string;
  /** Columns of the further fields. */
  trailing: readonly string[];
}

/** What the writing side has to know of a collection: plain data, since it may live in a thread of its own. */
export interface TableShape {
  table: string;
  columns: readonly string[];
  tokenTables: readonly TokenTable[];
}

/** A row as it will be stored. */
export interface RowContent {
  text: string;
  /** Of the shape's columns. */
  values: readonly SQLInputValue[];
  /** One list per token table. */
  tokens: readonly (readonly string[])[];
}

/** One write as data. `version` of a replacement is the one it replaces. */
export type RowWrite = { table: string; id: string } & (
  ({ kind: 'insert' } & RowContent) | ({ kind: 'replace'; version: number } & RowContent) | { kind: 'remove' }
);

export type RowResult =
  | 'inserted'
  | 'exists'
  | 'replaced'
  | 'conflict'
  | 'removed'
  | 'absent'
  /** Another row holds a unique key; nothing of this write was kept. */
  | { uniqueKey: string };

/** Values of a token table's further columns, given those of all columns. */
export const trailingOf = (
  { columns }: Pick<TableShape, 'columns'>,
  { trailing }: TokenTable,
  values: readonly SQLInputValue[],
): SQLInputValue[] => trailing.map((column) => values[columns.indexOf(column)] ?? null);
