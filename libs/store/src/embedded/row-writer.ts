import type { SQLInputValue } from 'node:sqlite';
import type { Doc, InsertOutcome, ReplaceOutcome } from '../port.ts';
import type { Connection } from './connection.ts';
import type { Layout } from './layout.ts';

const KEPT_WORDS = 5000;

/**
 * Turns documents into statements. What can fail on the document (its shape, its values) fails when the work is made; the work
 * itself runs inside a commit and does nothing but SQL.
 */
export class RowWriter<T extends Doc> {
  readonly #insert: string;
  readonly #replace: string;
  readonly #select: string;
  readonly #update: string;
  /** Words of documents written lately, with the version that has them. */
  readonly #words = new Map<string, { version: number; words: string }>();

  constructor(
    private readonly layout: Layout,
    private readonly connection: Connection,
  ) {
    const { table, columns, tokenTables } = layout;
    const names = ['id', 'version', 'doc', ...columns];
    const set = ['version', 'doc', ...columns].map((column) => `${column} = ?`).join(', ');
    const tokens = tokenTables.flatMap(({ field, trailing }) => [`json_extract(doc, ${jsonPath(field)})`, ...trailing]);
    this.#insert = `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')}) ON CONFLICT DO NOTHING`;
    this.#replace = `UPDATE ${table} SET ${set} WHERE id = ? AND version = ?`;
    this.#select = `SELECT ${['n', 'version', ...tokens].join(', ')} FROM ${table} WHERE id = ?`;
    this.#update = `UPDATE ${table} SET ${set} WHERE n = ?`;
  }

  insertion(doc: Omit<T, 'version'>): () => InsertOutcome {
    const { id, text, values, tokens } = this.#prepare(doc, 1);
    return () => {
      const n = this.connection.insert(this.#insert, [id, 1, text, ...values]);
      if (n === undefined) return 'exists';
      if (tokens.some((list) => list.length > 0)) {
        this.layout.tokenTables.forEach((side, i) =>
          this.layout.addTokens(this.connection, side, tokens[i]!, values, n),
        );
      }
      return 'inserted';
    };
  }

  replacement(doc: T): () => ReplaceOutcome {
    const { version } = doc;
    const { id, text, values, tokens } = this.#prepare(doc, version + 1);
    if (tokens.length === 0) {
      return () =>
        this.connection.run(this.#replace, [version + 1, text, ...values, id, version]) > 0 ? 'replaced' : 'conflict';
    }
    const trailing = this.layout.tokenTables.map((side) => this.layout.trailingOf(side, values));
    const words = JSON.stringify([tokens, trailing]);
    return () => {
      // Most writes of a document leave its words as they are: then one statement does.
      const known = this.#words.get(id);
      if (known?.version === version && known.words === words) {
        const done = this.connection.run(this.#replace, [version + 1, text, ...values, id, version]) > 0;
        this.#remember(id, done ? version + 1 : undefined, words);
        return done ? 'replaced' : 'conflict';
      }
      const stored = this.connection.get(this.#select, [id]);
      if (!stored || stored[1] !== version) return 'conflict';
      this.connection.run(this.#update, [version + 1, text, ...values, stored[0]!]);
      this.#moveTokens(stored, tokens, values);
      this.#remember(id, version + 1, words);
      return 'replaced';
    };
  }

  /** A transaction that is taken back leaves a version here that the table does not have: its next write asks the table. */
  #remember(id: string, version: number | undefined, words: string): void {
    this.#words.delete(id);
    if (version === undefined) return;
    this.#words.set(id, { version, words });
    if (this.#words.size > KEPT_WORDS) this.#words.delete(this.#words.keys().next().value!);
  }

  remove(id: string): boolean {
    this.#words.delete(id);
    if (this.layout.tokenTables.length > 0) {
      const stored = this.connection.get(this.#select, [id]);
      if (!stored) return false;
      this.#moveTokens(
        stored,
        this.layout.tokenTables.map(() => []),
        undefined,
      );
    }
    return this.connection.run(`DELETE FROM ${this.layout.table} WHERE id = ?`, [id]) > 0;
  }

  /** Takes away the tokens that are gone and adds the new ones; most writes of a document leave them as they are. */
  #moveTokens(
    stored: readonly SQLInputValue[],
    tokens: readonly string[][],
    values: readonly SQLInputValue[] | undefined,
  ): void {
    let at = 2;
    this.layout.tokenTables.forEach((side, i) => {
      const before = [...new Set(stored[at] === null ? [] : (JSON.parse(String(stored[at])) as string[]))];
      const place = stored.slice(at + 1, at + 1 + side.trailing.length);
      at += 1 + side.trailing.length;
      const wanted = tokens[i]!;
      const newPlace = values ? this.layout.trailingOf(side, values) : place;
      const moved = place.some((value, k) => value !== newPlace[k]);
      const [old, now] = [new Set(before), new Set(wanted)];
      const gone = moved ? before : before.filter((token) => !now.has(token));
      const added = moved ? wanted : wanted.filter((token) => !old.has(token));
      this.layout.removeTokens(this.connection, side, gone, place, stored[0]!);
      if (values) this.layout.addTokens(this.connection, side, added, values, stored[0]!);
    });
  }

  #prepare(
    doc: Omit<T, 'version'>,
    version: number,
  ): { id: string; text: string; values: SQLInputValue[]; tokens: string[][] } {
    const fields = this.layout.plan.stored(doc, version);
    return {
      id: fields['_id'],
      text: JSON.stringify(fields),
      values: this.layout.valuesOf(fields),
      tokens: this.layout.tokensOf(fields),
    };
  }
}

const jsonPath = (field: string): string =>
  `'$${field
    .split('.')
    .map((step) => `."${step.replaceAll("'", "''")}"`)
    .join('')}'`;
