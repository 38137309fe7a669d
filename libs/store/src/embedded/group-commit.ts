import { UniqueKeyError } from '../port.ts';
import { RecentRows } from './recent-rows.ts';
import type { RowResult, RowWrite, WriteCall } from './row-write.ts';
import type { Writer } from './writer.ts';

interface Waiting {
  call: WriteCall;
  resolve: (results: RowResult[]) => void;
  reject: (reason: unknown) => void;
}

/** So that nobody waits for a batch without end. */
const MOST_AT_ONCE = 1000;
/** Bytes of documents that are kept in memory after they were written: those of conversations in work. */
const KEPT_BYTES = 6_000_000;
/** What a document takes beside its text. */
const ENTRY_BYTES = 200;

/**
 * Everything written within one turn of the event loop, or while the commit before it was under way, is one transaction with one
 * flush to disk: at a flush of 0.1–5 ms this is the difference between hundreds and tens of thousands of writes a second.
 * Promises resolve when their write is durable.
 */
export class GroupCommit {
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  readonly #writer: Writer;
  /** Only this process writes the file and every write passes here, so what is here is what is stored. */
  readonly #written = new RecentRows<string>(KEPT_BYTES, (text) => text.length + ENTRY_BYTES);

  constructor(writer: Writer) {
    this.#writer = writer;
  }

  /**
   * In order of the calls; the writes of a call, of whatever collections, are always in one transaction. When one of the first
   * `must` is refused (`exists`, `conflict`) none of the call is applied, and the others' result is `withheld`; those after them,
   * and without `must` all, stand alone. A write that has to succeed and takes a unique key rejects with `UniqueKeyError`.
   */
  async write(writes: readonly RowWrite[], must?: number): Promise<RowResult[]> {
    // Until its outcome is known, only the file can tell what a row holds.
    this.#forget(writes);
    const results = await new Promise<RowResult[]>((resolve, reject) => {
      this.#waiting.push({ call: must === undefined ? { writes } : { writes, must }, resolve, reject });
      this.#running ??= this.#run();
    });
    for (const [i, result] of results.entries()) {
      if (typeof result === 'object' && i < (must ?? results.length))
        throw new UniqueKeyError(`another document holds the same unique key: ${result.uniqueKey}`);
    }
    return results;
  }

  /** A document's text as it was written last, if that was lately: its reader need not ask the file. */
  written(table: string, id: string): string | undefined {
    return this.#written.get(keyOf(table, id));
  }

  /** Resolves when nothing waits any more; what was kept in memory is forgotten. */
  async close(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
    this.#written.clear();
  }

  async #run(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.length > MOST_AT_ONCE ? this.#waiting.splice(0, MOST_AT_ONCE) : this.#waiting;
      if (batch === this.#waiting) this.#waiting = [];
      await this.#commit(batch);
    }
    this.#running = undefined;
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    try {
      const results = await this.#writer.write(batch.map(({ call }) => call));
      this.#remember(batch, results);
      let at = 0;
      for (const { call, resolve } of batch) resolve(results.slice(at, (at += call.writes.length)));
    } catch (error) {
      // Whether a thread that ended had committed before is not known here.
      for (const { call } of batch) this.#forget(call.writes);
      for (const { reject } of batch) reject(error);
    }
  }

  #forget(writes: readonly RowWrite[]): void {
    for (const { table, id } of writes) this.#written.delete(keyOf(table, id));
  }

  /** Before any of the batch's promises resolves. */
  #remember(batch: readonly Waiting[], results: readonly RowResult[]): void {
    let at = 0;
    for (const { call } of batch) {
      for (const write of call.writes) {
        const result = results[at++];
        if (result === 'removed') this.#written.delete(keyOf(write.table, write.id));
        else if (write.kind !== 'remove' && (result === 'inserted' || result === 'replaced'))
          this.#written.set(keyOf(write.table, write.id), write.text);
      }
    }
  }
}

const keyOf = (table: string, id: string): string => table + id;
