import type { Connection } from './connection.ts';
import { isConstraint } from './connection.ts';
import { UniqueKeyError } from '../port.ts';

interface Waiting {
  work: () => unknown;
  resolve: (value: unknown) => void;
  reject: (reason: unknown) => void;
}

/** So that reads get their turn between commits. */
const MOST_AT_ONCE = 1000;

/**
 * Everything written within one turn of the event loop is one transaction with one flush to disk: at a flush of 0.1–5 ms this is
 * the difference between hundreds and tens of thousands of writes a second. Promises resolve when their write is durable.
 */
export class GroupCommit {
  #waiting: Waiting[] = [];
  #scheduled = false;

  constructor(private readonly connection: Connection) {}

  /** `work` runs its statements later, in order of the calls. A broken unique key rejects that one work with `UniqueKeyError`. */
  write<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ work, resolve: resolve as (value: unknown) => void, reject });
      if (this.#scheduled) return;
      this.#scheduled = true;
      setImmediate(() => this.#turn());
    });
  }

  /** Commits what waits, now. */
  flush(): void {
    while (this.#waiting.length > 0) this.#commit(this.#waiting.splice(0, MOST_AT_ONCE));
  }

  #turn(): void {
    const batch = this.#waiting.length > MOST_AT_ONCE ? this.#waiting.splice(0, MOST_AT_ONCE) : this.#waiting;
    if (batch === this.#waiting) this.#waiting = [];
    this.#commit(batch);
    this.#scheduled = this.#waiting.length > 0;
    if (this.#scheduled) setImmediate(() => this.#turn());
  }

  #commit(batch: readonly Waiting[]): void {
    if (batch.length === 0) return;
    try {
      const settled = this.connection.transaction(() => batch.map(perform));
      for (const settle of settled) settle();
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}

/** SQLite takes back the one statement that broke a key and keeps the transaction, so the neighbours are not touched. */
function perform({ work, resolve, reject }: Waiting): () => void {
  try {
    const value = work();
    return () => resolve(value);
  } catch (error) {
    if (!isConstraint(error)) throw error;
    const reason = new UniqueKeyError(`another document holds the same unique key: ${(error as Error).message}`, {
      cause: error,
    });
    return () => reject(reason);
  }
}
