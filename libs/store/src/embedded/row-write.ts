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
  /** One per token table: a JSON list of text, each token once. As text it is compared, kept and handed over whole. */
  tokens: readonly string[];
}

/** One write as data. `version` of a replacement is the one it replaces. */
export type RowWrite = { table: string; id: string } & (
  ({ kind: 'insert' } & RowContent) | ({ kind: 'replace'; version: number } & RowContent) | { kind: 'remove' }
);

/** Writes that were handed over together, of one collection or several. They share one transaction with other calls. */
export interface WriteCall {
  writes: readonly RowWrite[];
  /** So many of the first: when one of them is refused, none of the call's is applied. Absent: each stands alone. */
  must?: number;
}

export type RowResult =
  | 'inserted'
  | 'exists'
  | 'replaced'
  | 'conflict'
  | 'removed'
  | 'absent'
  /** Not applied, since another write of its all-or-nothing call was refused. */
  | 'withheld'
  /** Another row holds a unique key; nothing of this write was kept. */
  | { uniqueKey: string };

/** Whether a write changed nothing because of what is stored. Taking away what is not there is no refusal. */
export const isRefused = (result: RowResult): boolean =>
  result === 'exists' || result === 'conflict' || typeof result === 'object';

/** Values of a token table's further columns, given those of all columns. */
export const trailingOf = (
  { columns }: Pick<TableShape, 'columns'>,
  { trailing }: TokenTable,
  values: readonly SQLInputValue[],
): SQLInputValue[] => trailing.map((column) => values[columns.indexOf(column)] ?? null);
