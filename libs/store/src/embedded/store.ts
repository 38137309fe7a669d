import { systemClock } from '#libs/contracts';
import type { Clock } from '#libs/contracts';
import { planCollection } from '../declaration/collection-plan.ts';
import { DeclarationError, StoreUnavailableError } from '../port.ts';
import type { AtomicWrites, CollectionDeclaration, Doc, Store, StoreHealth } from '../port.ts';
import { AtomicCommits } from './atomic-commits.ts';
import { Connection } from './connection.ts';
import { EmbeddedCollection } from './embedded-collection.ts';
import { GroupCommit } from './group-commit.ts';
import { columnOf, Layout } from './layout.ts';
import { holdAlone } from './sole-process.ts';
import { type Writer, WriterHere, WriterThread } from './writer.ts';

export interface EmbeddedStoreOptions {
  /** A file of its own on a local disk, or `:memory:` (nothing is kept). */
  path: string;
  clock?: Clock;
  /** Writes are refused with `StoreUnavailableError` beyond this size; reads go on. */
  maxBytes?: number;
}

const SWEEP_EVERY_MS = 60_000;
const SWEEP_AT_ONCE = 500;

/** Opens the file, alone. Throws when another process has it, with what to do instead. */
export const openEmbeddedStore = (options: EmbeddedStoreOptions): EmbeddedStore => new EmbeddedStore(options);

/** JSON documents in SQLite: for one process on one machine. Everything a promise reported as written survives a crash. */
export class EmbeddedStore implements Store {
  readonly #connection: Connection;
  readonly #writer: Writer;
  readonly #commits: GroupCommit;
  readonly #letGo: () => void;
  readonly #clock: Clock;
  readonly #collections = new Map<string, { declaration: unknown; layout: Layout; collection: unknown }>();
  readonly #sweeper: NodeJS.Timeout;
  #closed = false;
  readonly atomic: AtomicWrites;

  constructor({ path, clock = systemClock, maxBytes }: EmbeddedStoreOptions) {
    this.#letGo = holdAlone(path);
    this.#connection = new Connection(path, 'reads', maxBytes);
    this.#writer = path === ':memory:' ? new WriterHere(this.#connection) : new WriterThread(path, maxBytes);
    this.#commits = new GroupCommit(this.#writer);
    this.atomic = new AtomicCommits(this, this.#commits);
    this.#clock = clock;
    this.#sweeper = setInterval(() => void this.sweep().catch(() => undefined), SWEEP_EVERY_MS).unref();
  }

  collection<T extends Doc, Q extends string>(declaration: CollectionDeclaration<T, Q>): EmbeddedCollection<T, Q> {
    const { name } = declaration;
    const known = this.#collections.get(name);
    if (known) {
      if (known.declaration !== declaration) throw new DeclarationError(`collection ${name} is declared twice`);
      return known.collection as EmbeddedCollection<T, Q>;
    }
    const layout = new Layout(planCollection(declaration));
    layout.prepare(this.#connection);
    this.#writer.define(layout.shape);
    const collection = new EmbeddedCollection<T, Q>(layout, this.#connection, this.#commits);
    this.#collections.set(name, { declaration, layout, collection });
    return collection;
  }

  /** Drops what its collection no longer keeps; runs by itself once a minute. Returns how many documents went. */
  async sweep(): Promise<number> {
    let dropped = 0;
    for (const { layout, collection } of this.#collections.values()) {
      const { expire } = layout.plan;
      if (!expire) continue;
      const due = `SELECT id FROM ${layout.table} INDEXED BY ${layout.indexName(expire.index)} WHERE ${columnOf(expire.field)} <= ? LIMIT ${SWEEP_AT_ONCE}`;
      for (;;) {
        if (this.#closed) return dropped;
        const ids = this.#connection.all(due, [this.#clock.now() - expire.afterMs]).map(([id]) => String(id));
        if (ids.length === 0) break;
        dropped += await (collection as EmbeddedCollection<Doc, string>).deleteMany(ids);
      }
    }
    return dropped;
  }

  async ready(): Promise<void> {
    // Tables and indexes are made by `collection` itself.
  }

  async health(): Promise<StoreHealth> {
    try {
      if (this.#closed) throw new StoreUnavailableError('the store is closed');
      this.#connection.get('SELECT 1');
      return { up: true, detail: `embedded store ${this.#connection.path}` };
    } catch (error) {
      return { up: false, detail: error instanceof Error ? error.message : String(error) };
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#sweeper);
    await this.#commits.close();
    await this.#writer.close();
    this.#connection.close();
    this.#letGo();
  }
}
