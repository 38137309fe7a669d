import type { ParkedKey, ParkedRecord, ParkingLot } from '../port.ts';

type Place = Pick<ParkedRecord, 'group' | 'topic' | 'partition' | 'offset'>;

/** Keeps parked records in this process only: for tests, and where nothing needs to outlive a restart. */
export class MemoryParkingLot implements ParkingLot {
  readonly #records = new Map<string, ParkedRecord>();
  readonly #keys = new Map<string, ParkedKey>();
  readonly #asked = new Set<string>();

  async parkedKeys(group: string): Promise<ParkedKey[]> {
    return [...this.#keys.values()].filter((key) => key.group === group);
  }

  async park(record: ParkedRecord): Promise<void> {
    const id = idOf(record);
    if (!this.#records.has(id)) this.#records.set(id, record);
    const { group, key, topic, partition, reason, parkedAt, build } = record;
    const name = nameOf(group, key);
    if (this.#keys.has(name)) return;
    this.#keys.set(name, { group, key, topic, partition, reason, parkedAt, build });
    if (record.behind) this.#asked.add(name);
  }

  async list(group: string, key?: string): Promise<ParkedRecord[]> {
    return [...this.#records.values()].filter((r) => r.group === group && (key === undefined || r.key === key));
  }

  async remove(record: Place): Promise<void> {
    this.#records.delete(idOf(record));
  }

  /** What an operator does; false when the key is not parked. */
  ask(group: string, key: string): boolean {
    const name = nameOf(group, key);
    if (this.#keys.has(name)) this.#asked.add(name);
    return this.#keys.has(name);
  }

  async asked(group: string): Promise<ParkedKey[]> {
    return (await this.parkedKeys(group)).filter(({ key }) => this.#asked.has(nameOf(group, key)));
  }

  async freed(group: string, key: string): Promise<void> {
    if ((await this.list(group, key)).length > 0) return;
    this.#keys.delete(nameOf(group, key));
    this.#asked.delete(nameOf(group, key));
  }

  async refused(group: string, key: string, { reason, build }: { reason: string; build: string }): Promise<void> {
    const name = nameOf(group, key);
    const parked = this.#keys.get(name);
    if (parked) this.#keys.set(name, { ...parked, reason, build });
    this.#asked.delete(name);
  }
}

const nameOf = (group: string, key: string): string => `${group}\u001f${key}`;

const idOf = (record: Place): string =>
  `${record.group}\u001f${record.topic}\u001f${record.partition}\u001f${record.offset}`;
