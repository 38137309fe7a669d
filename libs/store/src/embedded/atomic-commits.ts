import type { AtomicWrites, CollectionDeclaration, Doc, PlannedWrite } from '../port.ts';
import type { GroupCommit } from './group-commit.ts';
import type { RowWrite } from './row-write.ts';
import type { EmbeddedStore } from './store.ts';

/** The row as the writing side takes it; nobody else looks inside. */
class Planned implements PlannedWrite {
  readonly row: RowWrite;

  constructor(row: RowWrite) {
    this.row = row;
  }

  get size(): number {
    return 'text' in this.row ? this.row.text.length : 0;
  }
}

const rowOf = (write: PlannedWrite): RowWrite => (write as Planned).row;

/** All collections lie in one file, so one transaction holds writes to any of them. */
export class AtomicCommits implements AtomicWrites {
  readonly #store: Pick<EmbeddedStore, 'collection'>;
  readonly #commits: GroupCommit;

  constructor(store: Pick<EmbeddedStore, 'collection'>, commits: GroupCommit) {
    this.#store = store;
    this.#commits = commits;
  }

  insertion<T extends Doc, Q extends string>(into: CollectionDeclaration<T, Q>, doc: Omit<T, 'version'>): PlannedWrite {
    return new Planned(this.#store.collection(into).insertion(doc));
  }

  replacement<T extends Doc, Q extends string>(into: CollectionDeclaration<T, Q>, doc: T): PlannedWrite {
    return new Planned(this.#store.collection(into).replacement(doc));
  }

  async commit(must: readonly PlannedWrite[], may: readonly PlannedWrite[]): Promise<'committed' | 'conflict'> {
    const results = await this.#commits.write([...must, ...may].map(rowOf), must.length);
    return results.slice(0, must.length).every((result) => result === 'inserted' || result === 'replaced')
      ? 'committed'
      : 'conflict';
  }
}
