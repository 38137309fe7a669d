import { uuidv5 } from '#libs/contracts';
import type { Collection, Store } from '../port.ts';
import { everyPage } from '../every-page.ts';
import { type ParkedDoc, parked } from './parked.ts';
import { type ParkedKeyDoc, parkedKeyId, parkedKeys } from './parked-keys.ts';

/** A parked record as the bus knows it. */
export type StoredParkedRecord = Omit<ParkedDoc, '_id' | 'version' | 'order' | 'headers' | 'base64'> & {
  headers: Readonly<Record<string, string>>;
  bytes?: Uint8Array;
  /** Not kept: it says how the record came here. */
  behind: boolean;
};

/** A parked key as the bus knows it. */
export type StoredParkedKey = Pick<
  ParkedKeyDoc,
  'group' | 'key' | 'topic' | 'partition' | 'reason' | 'parkedAt' | 'build'
>;

type Position = Pick<StoredParkedRecord, 'group' | 'topic' | 'partition' | 'offset'>;

/** A key without records this long after it was parked was left by a crash while it was being parked or released. */
const LEFTOVER_MS = 60_000;

/** Records of a key read at once. */
const AT_ONCE = 200;

/** Keeps parked records in the document store. It has the shape of the bus's parking lot, which it does not import. */
export class StoreParkingLot {
  readonly #parked: Collection<ParkedDoc, 'ofGroup' | 'ofKey'>;
  readonly #keys: Collection<ParkedKeyDoc, 'all' | 'ofGroup' | 'asked'>;
  readonly #now: () => number;

  constructor(store: Store, now: () => number = Date.now) {
    this.#parked = store.collection(parked);
    this.#keys = store.collection(parkedKeys);
    this.#now = now;
  }

  async parkedKeys(group: string): Promise<StoredParkedKey[]> {
    const keys: StoredParkedKey[] = [];
    for (const doc of await everyPage((page) => this.#keys.query('ofGroup', { group }, page))) {
      if (doc.parkedAt < this.#now() - LEFTOVER_MS && !(await this.#hasRecords(group, doc.key))) {
        await this.#keys.delete(doc._id);
      } else keys.push(keyOf(doc));
    }
    return keys;
  }

  /**
   * Idempotent by group and position: what is parked already stays as it is. The key stands before its first record, so that none is
   * without one, and is looked for again behind it, since another instance may have freed the key meanwhile.
   */
  async park(record: StoredParkedRecord): Promise<void> {
    const { bytes, behind: _, ...rest } = record;
    const key = keyDocOf(record);
    await this.#keys.insert(key);
    await this.#parked.insert({
      ...rest,
      ...(bytes === undefined ? {} : { base64: Buffer.from(bytes).toString('base64') }),
      headers: { ...record.headers },
      _id: idOf(record),
      order: Number(record.offset),
    });
    await this.#keys.insert(key);
  }

  /** In order; of a key the first few hundred. */
  async list(group: string, key?: string): Promise<StoredParkedRecord[]> {
    const docs =
      key === undefined
        ? await everyPage((page) => this.#parked.query('ofGroup', { group }, page))
        : (await this.#parked.query('ofKey', { group, key }, { limit: AT_ONCE })).items;
    return docs.map(recordOf);
  }

  async remove(position: Position): Promise<void> {
    await this.#parked.delete(idOf(position));
  }

  async asked(group: string): Promise<StoredParkedKey[]> {
    return (await this.#keys.query('asked', { group })).items.map(keyOf);
  }

  async freed(group: string, key: string): Promise<void> {
    if (await this.#hasRecords(group, key)) return;
    await this.#keys.delete(parkedKeyId(group, key));
    // Another instance may have parked a record behind the key at this very moment.
    const [late] = await this.list(group, key);
    if (late) await this.park({ ...late, behind: true });
  }

  async refused(
    group: string,
    key: string,
    { reason, at, build }: { reason: string; at: number; build: string },
  ): Promise<void> {
    for (;;) {
      const doc = await this.#keys.get(parkedKeyId(group, key));
      if (!doc) return;
      const answer = { releaseState: 'failed', releaseBy: doc.releaseBy ?? build, releaseAt: at } as const;
      const outcome = await this.#keys.replace({ ...doc, ...answer, releaseDetail: reason, reason, build });
      if (outcome === 'replaced') return;
    }
  }

  async #hasRecords(group: string, key: string): Promise<boolean> {
    return (await this.#parked.query('ofKey', { group, key }, { limit: 1 })).items.length > 0;
  }
}

/** A key whose first record only stood behind others asks for its release itself: those are gone. */
const keyDocOf = ({
  group,
  key,
  topic,
  partition,
  reason,
  parkedAt,
  build,
  behind,
}: StoredParkedRecord): Omit<ParkedKeyDoc, 'version'> => ({
  _id: parkedKeyId(group, key),
  group,
  key,
  topic,
  partition,
  reason,
  parkedAt,
  build,
  ...(behind ? { releaseState: 'asked', releaseBy: 'bus', releaseAt: parkedAt } : {}),
});

const keyOf = ({ group, key, topic, partition, reason, parkedAt, build }: ParkedKeyDoc): StoredParkedKey => ({
  group,
  key,
  topic,
  partition,
  reason,
  parkedAt,
  build,
});

const recordOf = (doc: ParkedDoc): StoredParkedRecord => ({
  group: doc.group,
  topic: doc.topic,
  partition: doc.partition,
  offset: doc.offset,
  key: doc.key,
  value: doc.value,
  ...(doc.base64 === undefined ? {} : { bytes: Buffer.from(doc.base64, 'base64') }),
  headers: doc.headers,
  timestamp: doc.timestamp,
  reason: doc.reason,
  parkedAt: doc.parkedAt,
  build: doc.build,
  behind: false,
});

const idOf = ({ group, topic, partition, offset }: Position): string =>
  uuidv5('parked', group, topic, String(partition), offset);
