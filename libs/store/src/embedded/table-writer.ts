import type { SQLInputValue } from 'node:sqlite';
import type { Connection } from './connection.ts';
import { RecentRows } from './recent-rows.ts';
import { type RowContent, type RowResult, type RowWrite, type TableShape, trailingOf } from './row-write.ts';
import { addTokens, removeTokens } from './token-rows.ts';

/** Rows remembered per collection: those in work, not those that rest. */
const KEPT = 1000;

type Replacement = Extract<RowWrite, { kind: 'replace' }>;

/** A row as it was written last. */
interface Known extends Omit<RowContent, 'text'> {
  n: SQLInputValue;
  version: number;
}

/** Applies writes of one collection, inside a transaction of the caller's. */
export class TableWriter {
  readonly #shape: TableShape;
  readonly #connection: Connection;
  readonly #insert: string;
  readonly #select: string;
  readonly #setOf = new Map<string, string>();
  /** Rows written lately: their next write sets only what changes, so SQLite leaves the other indexes alone. */
  readonly #known = new RecentRows<Known>(KEPT);

  constructor(shape: TableShape, connection: Connection) {
    this.#shape = shape;
    this.#connection = connection;
    const { table, columns, tokenTables } = shape;
    const names = ['id', 'version', 'doc', ...columns];
    const tokens = tokenTables.map(({ field }) => `json_extract(doc, ${jsonPath(field)})`);
    this.#insert = `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')}) ON CONFLICT DO NOTHING`;
    this.#select = `SELECT ${['n', 'version', ...columns, ...tokens].join(', ')} FROM ${table} WHERE id = ?`;
  }

  apply(write: RowWrite): RowResult {
    switch (write.kind) {
      case 'insert':
        return this.#insertRow(write);
      case 'replace':
        return this.#replaceRow(write);
      case 'remove':
        return this.#removeRow(write.id);
    }
  }

  /** What was written of a row has been taken back. */
  forget(id: string): void {
    this.#known.delete(id);
  }

  #insertRow({ id, text, values, tokens }: Extract<RowWrite, { kind: 'insert' }>): RowResult {
    const n = this.#connection.insert(this.#insert, [id, 1, text, ...values]);
    if (n === undefined) return 'exists';
    this.#shape.tokenTables.forEach((side, i) =>
      addTokens(this.#connection, side, tokens[i]!, trailingOf(this.#shape, side, values), n),
    );
    this.#known.set(id, { n, version: 1, values, tokens });
    return 'inserted';
  }

  #replaceRow(write: Replacement): RowResult {
    const kept = this.#known.get(write.id);
    if (kept?.version === write.version && this.#replaceKnown(kept, write)) return 'replaced';
    const stored = this.#read(write.id);
    if (stored?.version === write.version && this.#replaceKnown(stored, write)) return 'replaced';
    return 'conflict';
  }

  #replaceKnown(before: Known, { id, version, text, values, tokens }: Replacement): boolean {
    const changed = values.flatMap((value, i) => (value === before.values[i] ? [] : [i]));
    const set = [version + 1, text, ...changed.map((i) => values[i]!)];
    if (this.#connection.run(this.#update(changed), [...set, before.n, version]) === 0) return false;
    this.#moveTokens(before, tokens, values);
    this.#known.set(id, { n: before.n, version: version + 1, values, tokens });
    return true;
  }

  #removeRow(id: string): RowResult {
    this.#known.delete(id);
    if (this.#shape.tokenTables.length > 0) {
      const before = this.#read(id);
      if (before === undefined) return 'absent';
      this.#moveTokens(before, undefined, before.values);
    }
    const done = this.#connection.run(`DELETE FROM ${this.#shape.table} WHERE id = ?`, [id]);
    return done > 0 ? 'removed' : 'absent';
  }

  #read(id: string): Known | undefined {
    const row = this.#connection.get(this.#select, [id]);
    if (row === undefined) return undefined;
    const [n, version, ...rest] = row;
    const { columns } = this.#shape;
    return {
      n: n!,
      version: Number(version),
      values: rest.slice(0, columns.length),
      tokens: rest.slice(columns.length).map((list) => (list === null ? '[]' : String(list))),
    };
  }

  #update(changed: readonly number[]): string {
    const mask = changed.join();
    let sql = this.#setOf.get(mask);
    if (sql === undefined) {
      const set = ['version', 'doc', ...changed.map((i) => this.#shape.columns[i]!)].map((column) => `${column} = ?`);
      sql = `UPDATE ${this.#shape.table} SET ${set.join(', ')} WHERE n = ? AND version = ?`;
      this.#setOf.set(mask, sql);
    }
    return sql;
  }

  /** Takes away the tokens that are gone (`undefined`: all) and adds the new ones; most writes leave them as they are. */
  #moveTokens(before: Known, tokens: RowContent['tokens'] | undefined, values: readonly SQLInputValue[]): void {
    this.#shape.tokenTables.forEach((side, i) => {
      const [oldList, newList] = [before.tokens[i]!, tokens?.[i] ?? '[]'];
      const [place, newPlace] = [trailingOf(this.#shape, side, before.values), trailingOf(this.#shape, side, values)];
      const moved = place.some((value, k) => value !== newPlace[k]);
      if (!moved && oldList === newList) return;
      const [old, now] = [setOf(oldList), setOf(newList)];
      const gone = [...old].filter((token) => moved || !now.has(token));
      const added = [...now].filter((token) => moved || !old.has(token));
      removeTokens(this.#connection, side, gone, place, before.n);
      addTokens(this.#connection, side, JSON.stringify(added), newPlace, before.n);
    });
  }
}

const setOf = (list: string): Set<string> => new Set(JSON.parse(list) as string[]);

const jsonPath = (field: string): string =>
  `'$${field
    .split('.')
    .map((step) => `."${step.replaceAll("'", "''")}"`)
    .join('')}'`;
