import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** What one transaction appends: plain data, since it may be written by a thread of its own. */
export interface Append {
  rows: readonly (readonly [
    part: number,
    offset: number,
    key: string,
    value: string,
    headers: string | null,
    at: number,
  ])[];
  offsets: readonly (readonly [group: string, part: number, offset: number])[];
}

/** Writes to the log's tables. */
export class Appender {
  readonly #db: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #commit: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#insert = db.prepare('INSERT INTO log (part, offset, key, value, headers, at) VALUES (?, ?, ?, ?, ?, ?)');
    this.#commit = db.prepare('INSERT OR REPLACE INTO committed (grp, part, offset) VALUES (?, ?, ?)');
  }

  append({ rows, offsets }: Append): void {
    inTransaction(this.#db, () => {
      for (const row of rows) this.#insert.run(...row);
      for (const offset of offsets) this.#commit.run(...offset);
    });
  }
}

/** All or nothing. */
export function inTransaction(db: DatabaseSync, work: () => void): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    work();
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
