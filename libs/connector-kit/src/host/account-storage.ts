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
  private readonly appending = new Map<string, Promise<void>>();

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

  /** One after another per list: a number is given away only when its entry is stored, so readers never meet a gap. */
  append(name: string, value: unknown): Promise<number> {
    const list = this.prefix + name;
    const before = this.appending.get(list) ?? Promise.resolve();
    const mine = before.then(() => this.appendNext(list, value));
    const settled = mine.then(
      () => undefined,
      () => undefined,
    );
    this.appending.set(list, settled);
    void settled.then(() => {
      if (this.appending.get(list) === settled) this.appending.delete(list);
    });
    return mine;
  }

  private async appendNext(list: string, value: unknown): Promise<number> {
    for (;;) {
      const n = (this.last.get(list) ?? (await this.newest(list))) + 1;
      this.last.delete(list);
      if ((await this.lists.insert({ _id: `${list}:${n}`, list, n, value })) === 'inserted') {
        this.remember(list, n);
        return n;
      }
    }
  }

  async appendAt(name: string, n: number, value: unknown): Promise<boolean> {
    const list = this.prefix + name;
    return (await this.lists.insert({ _id: `${list}:${n}`, list, n, value })) === 'inserted';
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
