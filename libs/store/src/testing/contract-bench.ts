import type { Collection, Page, Store } from '../port.ts';
import { specimens } from './specimens.ts';
import type { SpecimenDoc } from './specimens.ts';

export type SpecimenQuery = keyof typeof specimens.queries;

/** The store that a contract is run on. Its tests share it and stay apart by prefix. */
export class ContractBench {
  store!: Store;
  docs!: Collection<SpecimenDoc, SpecimenQuery>;
  made = 0;

  async use(store: Store): Promise<void> {
    this.store = store;
    this.docs = store.collection(specimens);
    await store.ready();
  }

  prefix(): string {
    this.made += 1;
    return `t${this.made}`;
  }

  /** All pages of a query, one after the other, with something done in between. */
  async all(
    query: SpecimenQuery,
    params: Record<string, unknown>,
    limit: number,
    between?: () => Promise<unknown>,
  ): Promise<SpecimenDoc[]> {
    const items: SpecimenDoc[] = [];
    let after: string | undefined;
    do {
      const page: Page<SpecimenDoc> = await this.docs.query(query, params, {
        limit,
        ...(after === undefined ? {} : { after }),
      });
      items.push(...page.items);
      after = page.next;
      await between?.();
    } while (after !== undefined);
    return items;
  }
}

export const idsOf = (items: readonly SpecimenDoc[]): string[] => items.map(({ _id }) => _id);
