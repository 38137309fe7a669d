import type { SQLInputValue } from 'node:sqlite';
import { decodeCursor, encodeCursor, pageSize } from '../declaration/cursor.ts';
import type { BoundQuery, QueryPlan } from '../declaration/query-plan.ts';
import type { Scalar } from '../declaration/values.ts';
import { DeclarationError } from '../port.ts';
import type { Collection, Doc, InsertOutcome, Page, ReplaceOutcome } from '../port.ts';
import type { Connection } from './connection.ts';
import type { GroupCommit } from './group-commit.ts';
import type { Layout } from './layout.ts';
import { combinations, countSql, orderColumns, pageSql, sideOf } from './query-sql.ts';
import { compareRows } from './row-order.ts';
import type { RowResult, RowWrite } from './row-write.ts';

/** So many hits are counted to find the rarest token of a search. */
const SAMPLE = 1000;

export class EmbeddedCollection<T extends Doc, Q extends string> implements Collection<T, Q> {
  readonly #byId: string;
  readonly #byIds: string;

  constructor(
    private readonly layout: Layout,
    private readonly connection: Connection,
    private readonly commits: GroupCommit,
  ) {
    this.#byId = `SELECT doc FROM ${layout.table} WHERE id = ?`;
    this.#byIds = `SELECT doc FROM ${layout.table} WHERE id IN (SELECT value FROM json_each(?))`;
  }

  async get(id: string): Promise<T | undefined> {
    const written = this.commits.written(this.layout.table, id);
    if (written !== undefined) return JSON.parse(written) as T;
    const row = this.connection.get(this.#byId, [id]);
    return row && this.#parse(row);
  }

  async getMany(ids: readonly string[]): Promise<T[]> {
    if (ids.length === 1) {
      const doc = await this.get(ids[0]!);
      return doc === undefined ? [] : [doc];
    }
    if (ids.length === 0) return [];
    return this.connection.all(this.#byIds, [JSON.stringify(ids)]).map((row) => this.#parse(row));
  }

  async insert(doc: Omit<T, 'version'>): Promise<InsertOutcome> {
    const [outcome] = await this.commits.write([this.insertion(doc)]);
    return outcome as InsertOutcome;
  }

  async insertMany(docs: readonly Omit<T, 'version'>[]): Promise<InsertOutcome[]> {
    if (docs.length === 0) return [];
    return (await this.commits.write(docs.map((doc) => this.insertion(doc)))) as InsertOutcome[];
  }

  async replace(doc: T): Promise<ReplaceOutcome> {
    const [outcome] = await this.commits.write([this.replacement(doc)]);
    return outcome as ReplaceOutcome;
  }

  async replaceMany(docs: readonly T[]): Promise<ReplaceOutcome[]> {
    if (docs.length === 0) return [];
    return (await this.commits.write(docs.map((doc) => this.replacement(doc)))) as ReplaceOutcome[];
  }

  async delete(id: string): Promise<boolean> {
    return (await this.deleteMany([id])) > 0;
  }

  async deleteMany(ids: readonly string[]): Promise<number> {
    if (ids.length === 0) return 0;
    const { table } = this.layout;
    const results: RowResult[] = await this.commits.write(ids.map((id) => ({ kind: 'remove', table, id })));
    return results.filter((result) => result === 'removed').length;
  }

  async query(
    name: Q,
    params: Readonly<Record<string, unknown>>,
    page: { limit?: number; after?: string } = {},
  ): Promise<Page<T>> {
    const bound = this.#rarestFirst(this.#plan(name).bind(params));
    const limit = pageSize(page.limit);
    const keys = orderColumns(bound).length;
    const after = page.after === undefined ? undefined : decodeCursor(name, page.after, keys);
    if (bound.empty) return { items: [] };
    const chosen = combinations(bound);
    let rows = chosen.flatMap((fixed) => {
      const { text, values } = pageSql(this.layout, bound, fixed, after, limit + 1);
      return this.connection.all(text, values);
    });
    if (chosen.length > 1) rows = rows.sort((a, b) => bound.direction * compareRows(a, b));
    const items = rows.slice(0, limit).map((row) => this.#parse(row));
    if (rows.length <= limit) return { items };
    return { items, next: encodeCursor(name, rows[limit - 1]!.slice(1) as Scalar[]) };
  }

  async count(name: Q, params: Readonly<Record<string, unknown>>): Promise<number> {
    const bound = this.#rarestFirst(this.#plan(name).bind(params));
    if (bound.empty) return 0;
    return combinations(bound).reduce((sum, fixed) => {
      const { text, values } = countSql(this.layout, bound, fixed);
      return sum + Number(this.connection.get(text, values)?.[0]);
    }, 0);
  }

  /** How SQLite goes about a query: its own words, a line a step. For tests and for finding out why something is slow. */
  explain(name: Q, params: Readonly<Record<string, unknown>>, after?: string): string[] {
    const bound = this.#plan(name).bind(params);
    const cursor = after === undefined ? undefined : decodeCursor(name, after, orderColumns(bound).length);
    const { text, values } = pageSql(this.layout, bound, combinations(bound)[0] ?? [], cursor, 10);
    return this.connection.all(`EXPLAIN QUERY PLAN ${text}`, values).map((row) => String(row[3]));
  }

  /**
   * A write as data, for `GroupCommit.write`. What can fail on the document itself (its shape, its values) fails here, before
   * anything waits for a commit.
   */
  insertion(doc: Omit<T, 'version'>): RowWrite {
    const fields = this.layout.plan.stored(doc, 1);
    return { kind: 'insert', table: this.layout.table, id: fields._id, ...this.layout.contentOf(fields) };
  }

  replacement(doc: T): RowWrite {
    const { version } = doc;
    const fields = this.layout.plan.stored(doc, version + 1);
    return { kind: 'replace', table: this.layout.table, id: fields._id, version, ...this.layout.contentOf(fields) };
  }

  #plan(name: Q): QueryPlan {
    const plan = this.layout.plan.queries.get(name);
    if (!plan) throw new DeclarationError(`collection ${this.layout.plan.name} has no query "${name}"`);
    return plan;
  }

  /** A search walks the documents of its first token and looks the others up, so the rarest goes first. */
  #rarestFirst(bound: BoundQuery): BoundQuery {
    if (!bound.tokens || bound.tokens.length < 2) return bound;
    const { table } = sideOf(this.layout, bound);
    const sql = `SELECT count(*) FROM (SELECT 1 FROM ${table} WHERE t = ? LIMIT ${SAMPLE})`;
    const hits = new Map(bound.tokens.map((token) => [token, Number(this.connection.get(sql, [token])?.[0])]));
    return { ...bound, tokens: [...bound.tokens].sort((a, b) => hits.get(a)! - hits.get(b)!) };
  }

  #parse(row: readonly SQLInputValue[]): T {
    return JSON.parse(row[0] as string) as T;
  }
}
