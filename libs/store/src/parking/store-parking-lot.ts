import { uuidv5 } from '#libs/contracts';
import type { Collection, Store } from '../port.ts';
import { parked } from './parked.ts';
import type { ParkedDoc } from './parked.ts';

/** A parked record as the bus knows it. */
export type StoredParkedRecord = Omit<ParkedDoc, '_id' | 'version' | 'order' | 'headers'> & {
  headers: Readonly<Record<string, string>>;
};

type Position = Pick<StoredParkedRecord, 'group' | 'topic' | 'partition' | 'offset'>;

/** Keeps parked records in the document store. It has the shape of the bus's parking lot, which it does not import. */
export class StoreParkingLot {
  readonly #parked: Collection<ParkedDoc, 'ofGroup' | 'ofKey'>;

  constructor(store: Store) {
    this.#parked = store.collection(parked);
  }

  async parkedKeys(group: string): Promise<ReadonlySet<string>> {
    return new Set((await this.list(group)).map(({ key }) => key));
  }

  /** Idempotent by group and position: what is parked already stays as it is. */
  async park(record: StoredParkedRecord): Promise<void> {
    await this.#parked.insert({
      ...record,
      headers: { ...record.headers },
      _id: idOf(record),
      order: Number(record.offset),
    });
  }

  /** In order of parking. */
  async list(group: string, key?: string): Promise<StoredParkedRecord[]> {
    const records: StoredParkedRecord[] = [];
    let after: string | undefined;
    do {
      const page = { limit: 1000, ...(after === undefined ? {} : { after }) };
      const { items, next } = await (key === undefined
        ? this.#parked.query('ofGroup', { group }, page)
        : this.#parked.query('ofKey', { group, key }, page));
      records.push(...items.map(recordOf));
      after = next;
    } while (after !== undefined);
    return records;
  }

  async remove(position: Position): Promise<void> {
    await this.#parked.delete(idOf(position));
  }
}

const recordOf = (doc: ParkedDoc): StoredParkedRecord => ({
  group: doc.group,
  topic: doc.topic,
  partition: doc.partition,
  offset: doc.offset,
  key: doc.key,
  value: doc.value,
  headers: doc.headers,
  timestamp: doc.timestamp,
  reason: doc.reason,
  parkedAt: doc.parkedAt,
  build: doc.build,
});

const idOf = ({ group, topic, partition, offset }: Position): string =>
  uuidv5('parked', group, topic, String(partition), offset);
