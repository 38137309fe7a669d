import type { SQLInputValue } from 'node:sqlite';
import type { CollectionPlan } from '../declaration/collection-plan.ts';
import type { IndexPlan } from '../declaration/coverage.ts';
import { pathReader, scalarAt, tokensAt } from '../declaration/values.ts';
import type { Scalar } from '../declaration/values.ts';
import type { Connection } from './connection.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The token side table of one index: (token, the index's further fields, n). */
export interface TokenTable {
  table: string;
  field: string;
  /** Columns of the further fields. */
  trailing: readonly string[];
}

/**
 * How a collection lies in SQLite: `n` counts up, so rows are appended; the id is a narrow unique index; each indexed field is a
 * column filled in JS. Tokens are rows of side tables.
 */
export class Layout {
  readonly table: string;
  readonly columns: readonly string[];
  readonly tokenTables: readonly TokenTable[];
  readonly #read: readonly ((doc: Fields) => SQLInputValue)[];
  readonly #tokens: readonly ((doc: Fields) => string[])[];

  constructor(readonly plan: CollectionPlan) {
    const fields = [
      ...new Set(plan.indexes.flatMap(({ fields, token }) => fields.filter((field) => field !== token))),
    ].filter((f) => f !== 'version');
    this.table = quote(plan.name);
    this.columns = fields.map(columnOf);
    this.#read = fields.map((field) => {
      const read = pathReader(field);
      return (doc) => toSql(scalarAt(plan.name, field, read(doc)));
    });
    this.tokenTables = plan.indexes.flatMap(({ name, fields: [token, ...rest], token: isToken }) =>
      isToken ? [{ table: quote(`${plan.name}:${name}`), field: token!, trailing: rest.map(columnOf) }] : [],
    );
    this.#tokens = this.tokenTables.map(({ field }) => {
      const read = pathReader(field);
      return (doc) => tokensAt(plan.name, field, read(doc));
    });
  }

  /** Values of `columns`. Throws `ShapeError` for a value no index can hold. */
  valuesOf(doc: Fields): SQLInputValue[] {
    return this.#read.map((read) => read(doc));
  }

  /** One list per token table. */
  tokensOf(doc: Fields): string[][] {
    return this.#tokens.map((read) => read(doc));
  }

  /** The rows of a side table for `tokens`, given the document's `valuesOf`. */
  trailingOf({ trailing }: TokenTable, values: readonly SQLInputValue[]): SQLInputValue[] {
    return trailing.map((column) => values[this.columns.indexOf(column)] ?? null);
  }

  /** Makes the tables, or changes those of an earlier declaration: columns and indexes are then filled again from the documents. */
  prepare(connection: Connection): void {
    connection.exec(
      'CREATE TABLE IF NOT EXISTS "seaway:layouts" (name TEXT PRIMARY KEY, layout TEXT NOT NULL) WITHOUT ROWID',
    );
    const wanted = JSON.stringify([this.#definitions(), this.#indexDdl(), this.tokenTables]);
    const stored = connection.get('SELECT layout FROM "seaway:layouts" WHERE name = ?', [this.plan.name])?.[0];
    if (stored === wanted) return;
    connection.transaction(() => {
      connection.exec(
        `CREATE TABLE IF NOT EXISTS ${this.table} (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, doc TEXT NOT NULL)`,
      );
      this.#dropDerived(connection);
      for (const definition of this.#definitions())
        connection.exec(`ALTER TABLE ${this.table} ADD COLUMN ${definition}`);
      for (const { table, trailing } of this.tokenTables) {
        const key = ['t', ...trailing, 'n'].join(', ');
        connection.exec(`CREATE TABLE ${table} (${key}, PRIMARY KEY (${key})) WITHOUT ROWID`);
      }
      this.#fill(connection);
      for (const ddl of this.#indexDdl()) connection.exec(ddl);
      connection.run('INSERT OR REPLACE INTO "seaway:layouts" VALUES (?, ?)', [this.plan.name, wanted]);
    });
  }

  indexName(index: IndexPlan): string {
    return quote(`${this.plan.name}.${index.name}`);
  }

  #definitions(): string[] {
    const fields = [...new Set(this.plan.indexes.flatMap((index) => index.fields))];
    const affinity = { string: 'TEXT', number: 'REAL', boolean: 'INTEGER', array: '', object: '', any: '' };
    return fields
      .filter((field) => this.columns.includes(columnOf(field)))
      .map((field) => `${columnOf(field)} ${affinity[this.plan.shape.kindOf(field)]}`.trim());
  }

  #indexDdl(): string[] {
    return this.plan.indexes
      .filter((index) => !index.token)
      .map((index) => {
        const columns = index.fields.map(columnOf);
        const keyed = [...columns, ...(index.unique ? [] : ['id'])].join(', ');
        const partial = index.sparse ? ` WHERE ${columns.map((column) => `${column} IS NOT NULL`).join(' AND ')}` : '';
        return `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${this.indexName(index)} ON ${this.table} (${keyed})${partial}`;
      });
  }

  #dropDerived(connection: Connection): void {
    const { name } = this.plan;
    for (const [index] of connection.all(
      "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
      [name],
    )) {
      connection.exec(`DROP INDEX ${quote(String(index))}`);
    }
    for (const [side] of connection.all(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, ?) = ?",
      [name.length + 1, `${name}:`],
    )) {
      connection.exec(`DROP TABLE ${quote(String(side))}`);
    }
    for (const [column] of connection.all('SELECT name FROM pragma_table_info(?)', [name])) {
      if (String(column).startsWith('f_'))
        connection.exec(`ALTER TABLE ${this.table} DROP COLUMN ${quote(String(column))}`);
    }
  }

  #fill(connection: Connection): void {
    let last: SQLInputValue = 0;
    for (;;) {
      const rows = connection.all(`SELECT n, doc FROM ${this.table} WHERE n > ? ORDER BY n LIMIT 500`, [last]);
      if (rows.length === 0) return;
      for (const [n, doc] of rows) {
        last = n!;
        const read = JSON.parse(String(doc)) as Fields;
        const values = this.valuesOf(read);
        if (values.length > 0) {
          connection.run(
            `UPDATE ${this.table} SET ${this.columns.map((column) => `${column} = ?`).join(', ')} WHERE n = ?`,
            [...values, n!],
          );
        }
        this.tokensOf(read).forEach((tokens, i) =>
          this.addTokens(connection, this.tokenTables[i]!, tokens, values, n!),
        );
      }
    }
  }

  addTokens(
    connection: Connection,
    side: TokenTable,
    tokens: readonly string[],
    values: readonly SQLInputValue[],
    n: SQLInputValue,
  ): void {
    if (tokens.length === 0) return;
    // One statement for all of them: a message has twenty words and more.
    const sql = `INSERT INTO ${side.table} SELECT value, ${'?, '.repeat(side.trailing.length)}? FROM json_each(?)`;
    connection.run(sql, [...this.trailingOf(side, values), n, JSON.stringify(tokens)]);
  }

  removeTokens(
    connection: Connection,
    side: TokenTable,
    tokens: readonly string[],
    trailing: readonly SQLInputValue[],
    n: SQLInputValue,
  ): void {
    const sql = `DELETE FROM ${side.table} WHERE t = ? AND ${side.trailing.map((column) => `${column} = ? AND `).join('')}n = ?`;
    for (const token of tokens) connection.run(sql, [token, ...trailing, n]);
  }
}

export const toSql = (value: Scalar): string | number | null => (typeof value === 'boolean' ? Number(value) : value);

/** `_id` and `version` have columns of their own. */
export const columnOf = (field: string): string =>
  field === '_id' ? 'id' : field === 'version' ? 'version' : quote(`f_${field}`);

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
