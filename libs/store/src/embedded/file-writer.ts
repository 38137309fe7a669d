import { type Connection, isConstraint } from './connection.ts';
import { isRefused, type RowResult, type RowWrite, type TableShape, type WriteCall } from './row-write.ts';
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

  /**
   * In order of the calls, one result a write. Throws `StoreUnavailableError`, and nothing of the batch is kept, when the file
   * cannot be written.
   */
  write(batch: readonly WriteCall[]): RowResult[] {
    try {
      return this.#connection.transaction(() =>
        batch.flatMap(({ writes, must }) =>
          must === undefined ? writes.map((write) => this.#one(write)) : this.#together(writes, must),
        ),
      );
    } catch (error) {
      for (const { writes } of batch) this.#forget(writes);
      throw error;
    }
  }

  /** A savepoint takes back what the call had applied before one that it must have was refused; the transaction goes on. */
  #together(writes: readonly RowWrite[], must: number): RowResult[] {
    const results: RowResult[] = [];
    if (must > 1) this.#connection.run('SAVEPOINT call');
    for (const write of writes.slice(0, must)) {
      const result = this.#one(write);
      if (isRefused(result)) {
        if (must > 1) this.#takeBack(writes);
        return writes.map((_, i) => (i === results.length ? result : 'withheld'));
      }
      results.push(result);
    }
    if (must > 1) this.#connection.run('RELEASE call');
    return [...results, ...writes.slice(must).map((write) => this.#one(write))];
  }

  #takeBack(writes: readonly RowWrite[]): void {
    this.#connection.run('ROLLBACK TO call');
    this.#connection.run('RELEASE call');
    this.#forget(writes);
  }

  #forget(writes: readonly RowWrite[]): void {
    for (const { table, id } of writes) this.#tables.get(table)?.forget(id);
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
