import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { SQLInputValue, StatementSync } from 'node:sqlite';
import { StoreUnavailableError } from '../port.ts';

/** Primary result codes of SQLite. */
const BUSY = 5;
const LOCKED = 6;
const CONSTRAINT = 19;
/** Locked, out of memory, read-only, input/output error, disk full, cannot open: away, not wrong. */
const UNAVAILABLE = new Set([BUSY, LOCKED, 7, 8, 10, 13, 14]);
/** The other connection of this process is in the middle of a write or a checkpoint for moments only. */
const BUSY_WAIT_MS = 10_000;
const KEPT_STATEMENTS = 400;
const PAGE_BYTES = 4096;
/** Every commit of the other connection empties the cache of the one that reads, so a large one would be filled for nothing. */
const CACHE_KIB = { reads: 4096, writes: 8192 } as const;

export type Row = readonly SQLInputValue[];

/** One SQLite connection with its prepared statements: a store has one that reads and one that writes. */
export class Connection {
  readonly path: string;
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(path: string, role: keyof typeof CACHE_KIB, maxBytes?: number) {
    this.path = path;
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
    try {
      this.#db = new DatabaseSync(path, { timeout: BUSY_WAIT_MS });
      this.#db.exec(
        `PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-${CACHE_KIB[role]}; PRAGMA temp_store=MEMORY`,
      );
      this.#db.exec('PRAGMA wal_autocheckpoint=4000; PRAGMA journal_size_limit=33554432');
      if (maxBytes) this.#db.exec(`PRAGMA max_page_count=${Math.max(1, Math.floor(maxBytes / PAGE_BYTES))}`);
    } catch (error) {
      throw translate(path, error);
    }
  }

  /** Runs a statement that changes something; returns how many rows. */
  run(sql: string, values: Row = []): number {
    return Number(this.#prepare(sql).run(...values).changes);
  }

  /** As `run`, for an insert: the row's number, or undefined when nothing was inserted. */
  insert(sql: string, values: Row): number | bigint | undefined {
    const { changes, lastInsertRowid } = this.#prepare(sql).run(...values);
    return Number(changes) === 0 ? undefined : lastInsertRowid;
  }

  /** Rows as arrays in the order of the selected columns. */
  all(sql: string, values: Row = []): SQLInputValue[][] {
    return this.#guarded(() => this.#prepare(sql).all(...values) as unknown as SQLInputValue[][]);
  }

  get(sql: string, values: Row = []): SQLInputValue[] | undefined {
    return this.#guarded(() => this.#prepare(sql).get(...values) as unknown as SQLInputValue[] | undefined);
  }

  exec(sql: string): void {
    this.#guarded(() => this.#db.exec(sql));
  }

  /** All or nothing; errors of SQLite come out as `StoreUnavailableError` where waiting can help. */
  transaction<T>(work: () => T): T {
    return this.#guarded(() => {
      this.#prepare('BEGIN IMMEDIATE').run();
      try {
        const result = work();
        this.#prepare('COMMIT').run();
        return result;
      } catch (error) {
        if (this.#db.isTransaction) this.#prepare('ROLLBACK').run();
        throw error;
      }
    });
  }

  close(): void {
    this.#statements.clear();
    if (this.#db.isOpen) this.#db.close();
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    if (!this.#db.isOpen) throw new StoreUnavailableError(`${this.path}: the store is closed`);
    const statement = this.#db.prepare(sql);
    statement.setReturnArrays(true);
    if (this.#statements.size >= KEPT_STATEMENTS) this.#statements.clear();
    this.#statements.set(sql, statement);
    return statement;
  }

  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw translate(this.path, error);
    }
  }
}

/** Whether SQLite refused a row for a unique key. */
export const isConstraint = (error: unknown): boolean => codeOf(error) === CONSTRAINT;

const codeOf = (error: unknown): number | undefined => {
  const code = typeof error === 'object' && error !== null && 'errcode' in error ? error.errcode : undefined;
  return typeof code === 'number' ? code & 0xff : undefined;
};

function translate(path: string, error: unknown): unknown {
  const code = codeOf(error);
  if (code === undefined || !UNAVAILABLE.has(code)) return error;
  const { message } = error as Error;
  return new StoreUnavailableError(
    `${path}: ${message} (SQLite code ${code}); free disk space or check the disk, writes resume by themselves`,
    {
      cause: error,
    },
  );
}
