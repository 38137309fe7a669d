import type { SQLInputValue } from 'node:sqlite';
import type { CollectionPlan } from '../declaration/collection-plan.ts';
import type { IndexPlan } from '../declaration/coverage.ts';
import { pathReader, scalarAt, tokensAt } from '../declaration/values.ts';
import type { Scalar } from '../declaration/values.ts';
import type { Connection } from './connection.ts';
import { type RowContent, type TableShape, type TokenTable, trailingOf } from './row-write.ts';
import { addTokens } from './token-rows.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * How a collection lies in SQLite: `n` counts up, so rows are appended; the id is a narrow unique index; each indexed field is a
 * column filled in JS. Tokens are rows of side tables.
 */
export class Layout {
  readonly table: string;
  readonly columns: readonly string[];
  readonly tokenTables: readonly TokenTable[];
  readonly #read: readonly ((doc: Fields) => SQLInputValue)[];
  readonly #tokens: readonly ((doc: Fields) => string)[];

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
      return (doc) => JSON.stringify(tokensAt(plan.name, field, read(doc)));
    });
  }

  /** Values of `columns`. Throws `ShapeError` for a value no index can hold. */
  valuesOf(doc: Fields): SQLInputValue[] {
    return this.#read.map((read) => read(doc));
  }

  /** One JSON list per token table. */
  tokensOf(doc: Fields): string[] {
    return this.#tokens.map((read) => read(doc));
  }

  /** What the writing side needs. */
  get shape(): TableShape {
    const { table, columns, tokenTables } = this;
    return { table, columns, tokenTables };
  }

  /** What is stored of a document. Throws `ShapeError`. */
  contentOf(fields: Fields): RowContent {
    return { text: JSON.stringify(fields), values: this.valuesOf(fields), tokens: this.tokensOf(fields) };
  }

  /**
   * Makes the tables, or changes those of an earlier declaration. Where only indexes differ, they are made or dropped (a column
   * that none needs any more rests); otherwise columns, tokens and indexes are filled again from the documents.
   */
  prepare(connection: Connection): void {
    connection.exec(
      'CREATE TABLE IF NOT EXISTS "seaway:layouts" (name TEXT PRIMARY KEY, layout TEXT NOT NULL) WITHOUT ROWID',
    );
    const wanted: Described = [this.#definitions(), this.#indexDdl(), this.tokenTables];
    const text = JSON.stringify(wanted);
    const stored = connection.get('SELECT layout FROM "seaway:layouts" WHERE name = ?', [this.plan.name])?.[0];
    if (stored === text) return;
    const before = typeof stored === 'string' ? (JSON.parse(stored) as Described) : undefined;
    connection.transaction(() => {
      if (before !== undefined && holdsAll(before, wanted)) {
        for (const ddl of before[1]) if (!wanted[1].includes(ddl)) connection.exec(`DROP INDEX ${indexOf(ddl)}`);
        for (const ddl of wanted[1]) if (!before[1].includes(ddl)) connection.exec(ddl);
      } else this.#build(connection);
      connection.run('INSERT OR REPLACE INTO "seaway:layouts" VALUES (?, ?)', [this.plan.name, text]);
    });
  }

  #build(connection: Connection): void {
    connection.exec(
      `CREATE TABLE IF NOT EXISTS ${this.table} (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, doc TEXT NOT NULL)`,
    );
    this.#dropDerived(connection);
    for (const definition of this.#definitions()) connection.exec(`ALTER TABLE ${this.table} ADD COLUMN ${definition}`);
    for (const { table, trailing } of this.tokenTables) {
      const key = ['t', ...trailing, 'n'].join(', ');
      connection.exec(`CREATE TABLE ${table} (${key}, PRIMARY KEY (${key})) WITHOUT ROWID`);
    }
    this.#fill(connection);
    for (const ddl of this.#indexDdl()) connection.exec(ddl);
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
          addTokens(connection, this.tokenTables[i]!, tokens, trailingOf(this, this.tokenTables[i]!, values), n!),
        );
      }
    }
  }
}

/** What a file says of a collection: column definitions, statements that make its indexes, token tables. */
type Described = readonly [columns: readonly string[], indexes: readonly string[], tokens: readonly TokenTable[]];

const holdsAll = ([columns, , tokens]: Described, wanted: Described): boolean =>
  wanted[0].every((column) => columns.includes(column)) && JSON.stringify(tokens) === JSON.stringify(wanted[2]);

const indexOf = (ddl: string): string => /INDEX ("[^"]+") ON/.exec(ddl)![1]!;

export const toSql = (value: Scalar): string | number | null => (typeof value === 'boolean' ? Number(value) : value);

/** `_id` and `version` have columns of their own. */
export const columnOf = (field: string): string =>
  field === '_id' ? 'id' : field === 'version' ? 'version' : quote(`f_${field}`);

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
