import type { Collection, Store } from '#libs/store';
import { connectorLists, connectorValues, type ListEntryDoc, type StoredValueDoc } from '../collections/index.ts';
import type { ConnectorStorage } from '../connector.ts';

/** One account's memory, over the store. */
export class AccountStorage implements ConnectorStorage {
  private readonly values: Collection<StoredValueDoc, never>;
  private readonly lists: Collection<ListEntryDoc, 'after' | 'newest'>;
  private readonly prefix: string;
  /** Last number of lists used lately, so that appending need not ask. A wrong guess costs one more try. */
  private readonly last = new Map<string, number>();

  constructor(store: Store, channel: string, account: string) {
    this.values = store.collection(connectorValues);
    this.lists = store.collection(connectorLists);
    this.prefix = `${channel}:${account}:`;
  }

  async get(name: string): Promise<unknown> {
    return (await this.values.get(this.prefix + name))?.value;
  }

  async put(name: string, value: unknown): Promise<void> {
    const _id = this.prefix + name;
    for (;;) {
      const found = await this.values.get(_id);
      const written =
        found === undefined
          ? (await this.values.insert({ _id, value })) === 'inserted'
          : (await this.values.replace({ ...found, value })) === 'replaced';
      if (written) return;
    }
  }

  async append(name: string, value: unknown): Promise<number> {
    const list = this.prefix + name;
    for (;;) {
      const n = (this.last.get(list) ?? (await this.newest(list))) + 1;
      this.remember(list, n);
      if ((await this.lists.insert({ _id: `${list}:${n}`, list, n, value })) === 'inserted') return n;
      this.last.delete(list);
    }
  }

  async read(name: string, after: number, limit: number): Promise<{ n: number; value: unknown }[]> {
    const page = await this.lists.query('after', { list: this.prefix + name, after }, { limit });
    return page.items.map(({ n, value }) => ({ n, value }));
  }

  private async newest(list: string): Promise<number> {
    return (await this.lists.query('newest', { list }, { limit: 1 })).items[0]?.n ?? 0;
  }

  private remember(list: string, n: number): void {
    if (this.last.size > 10_000) this.last.clear();
    this.last.set(list, n);
  }
}
