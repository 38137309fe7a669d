import { type Connection, isConstraint } from './connection.ts';
import type { RowResult, RowWrite, TableShape } from './row-write.ts';
import { TableWriter } from './table-writer.ts';

/** Applies batches of writes to the file: one transaction, so one flush to disk, each. */
export class FileWriter {
  readonly #connection: Connection;
  readonly #tables = new Map<string, TableWriter>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  define(shape: TableShape): void {
    this.#tables.set(shape.table, new TableWriter(shape, this.#connection));
  }

  /** In order. Throws `StoreUnavailableError`, and nothing of the batch is kept, when the file cannot be written. */
  write(batch: readonly RowWrite[]): RowResult[] {
    return this.#connection.transaction(() => batch.map((write) => this.#one(write)));
  }

  /** SQLite takes back the one statement that broke a key and keeps the transaction, so the neighbours are not touched. */
  #one(write: RowWrite): RowResult {
    try {
      return this.#tables.get(write.table)!.apply(write);
    } catch (error) {
      if (!isConstraint(error)) throw error;
      return { uniqueKey: (error as Error).message };
    }
  }
}
