import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { placeRecords } from './record-places.ts';

/**
 * What one transaction appends: plain data, since it may be written by a thread of its own. Values of successive rows follow each
 * other in one list, which is far cheaper to hand over than a list of lists.
 */
export interface Append {
  /** Milliseconds since 1970, of all rows. */
  at: number;
  /** part, offset, key, value, headers; part, offset, … */
  rows: readonly (string | number | null)[];
  /** group, part, offset; group, part, … */
  offsets: readonly (string | number)[];
}

/** Records whose places are noted at once: some milliseconds of work, and what a reader may have to look through. */
const PLACE_AT = 2048;

/** Writes to the log's tables. */
export class Appender {
  readonly #db: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #commit: StatementSync;
  #unplaced = 0;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#insert = db.prepare('INSERT INTO log (part, offset, key, value, headers, at) VALUES (?, ?, ?, ?, ?, ?)');
    this.#commit = db.prepare('INSERT OR REPLACE INTO committed (grp, part, offset) VALUES (?, ?, ?)');
  }

  append({ at, rows, offsets }: Append): void {
    inTransaction(this.#db, () => {
      for (let i = 0; i < rows.length; i += 5) {
        this.#insert.run(rows[i]!, rows[i + 1]!, rows[i + 2]!, rows[i + 3]!, rows[i + 4] ?? null, at);
      }
      for (let i = 0; i < offsets.length; i += 3) this.#commit.run(offsets[i]!, offsets[i + 1]!, offsets[i + 2]!);
      this.#unplaced += rows.length / 5;
      if (this.#unplaced >= PLACE_AT) placeRecords(this.#db);
    });
    if (this.#unplaced >= PLACE_AT) this.#unplaced = 0;
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
