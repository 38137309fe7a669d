import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** A record as the file has it. */
export interface LogRow {
  offset: number;
  key: string;
  value: string;
  headers: string | null;
  at: number;
}

export const PLACES_SCHEMA = `
  CREATE TABLE IF NOT EXISTS places (
    part INTEGER NOT NULL, offset INTEGER NOT NULL, pos INTEGER NOT NULL, PRIMARY KEY (part, offset)) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS placed (id INTEGER PRIMARY KEY, up_to INTEGER NOT NULL) STRICT;
  INSERT OR IGNORE INTO placed (id, up_to) VALUES (1, 0);
`;

/** Notes of every record above `placed` where it lies. To be called within a transaction. */
export function placeRecords(db: DatabaseSync): void {
  db.exec(`
    INSERT INTO places (part, offset, pos)
      SELECT part, offset, pos FROM log WHERE pos > (SELECT up_to FROM placed) ORDER BY part, offset;
    UPDATE placed SET up_to = (SELECT ifnull(max(pos), 0) FROM log);
  `);
}

/** A log that had an index over every record: it becomes the first places. To be called within a transaction. */
export function placeIndexedRecords(db: DatabaseSync): void {
  const index = db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = 'log_by_offset'").get();
  if (index === undefined) return;
  db.exec(`
    DELETE FROM places;
    INSERT INTO places (part, offset, pos)
      SELECT part, offset, pos FROM log INDEXED BY log_by_offset ORDER BY part, offset;
    UPDATE placed SET up_to = (SELECT ifnull(max(pos), 0) FROM log);
    DROP INDEX log_by_offset;
  `);
}

/**
 * Where the record of a partition and offset lies in the log. Records are appended in order of arrival; to keep an index over
 * all of them in every transaction would cost as much as the records, since each one touches a page of its partition. So places are
 * noted for many records at once, and the few youngest are looked for among those not noted yet.
 */
export class RecordPlaces {
  readonly #db: DatabaseSync;
  readonly #noted: StatementSync;
  readonly #youngest: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#noted = db.prepare(
      `SELECT log.offset, key, value, headers, at FROM places CROSS JOIN log ON log.pos = places.pos
       WHERE places.part = ? AND places.offset >= ? ORDER BY places.offset LIMIT ?`,
    );
    this.#youngest = db.prepare(
      `SELECT offset, key, value, headers, at FROM log
       WHERE pos > (SELECT up_to FROM placed) AND part = ? AND offset >= ? ORDER BY pos LIMIT ?`,
    );
  }

  /** The `count` records from the offset on, which all exist. */
  read(part: number, from: number, count: number): LogRow[] {
    // Both look at the same state, lest records be noted in between.
    this.#db.exec('BEGIN');
    try {
      const rows = this.#noted.all(part, from, count) as unknown as LogRow[];
      if (rows.length === count) return rows;
      const more = this.#youngest.all(part, from + rows.length, count - rows.length) as unknown as LogRow[];
      return rows.concat(more);
    } finally {
      this.#db.exec('COMMIT');
    }
  }

  /** Last one of the partition's oldest `among` noted records that came before the time; undefined when there is none. */
  lastBefore(time: number, part: number, among: number): number | undefined {
    const found = this.#db
      .prepare(
        `SELECT max(offset) AS last FROM (
           SELECT places.offset, at FROM places CROSS JOIN log ON log.pos = places.pos
           WHERE places.part = ? ORDER BY places.offset LIMIT ?) WHERE at < ?`,
      )
      .get(part, among, time) as { last: number | null };
    return found.last ?? undefined;
  }

  /** Forgets noted records below the offset. To be called within a transaction. */
  deleteBelow(part: number, offset: number): void {
    this.#db
      .prepare('DELETE FROM log WHERE pos IN (SELECT pos FROM places WHERE part = ? AND offset < ?)')
      .run(part, offset);
    this.#db.prepare('DELETE FROM places WHERE part = ? AND offset < ?').run(part, offset);
    // The next record goes after the last one there is, so perhaps where a noted one was.
    this.#db.exec('UPDATE placed SET up_to = min(up_to, (SELECT ifnull(max(pos), 0) FROM log))');
  }
}
