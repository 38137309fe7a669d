import type { ParkedRecord, ParkingLot } from '../port.ts';

/** Keeps parked records in this process only: for tests, and where nothing needs to outlive a restart. */
export class MemoryParkingLot implements ParkingLot {
  readonly #records = new Map<string, ParkedRecord>();

  async parkedKeys(group: string): Promise<ReadonlySet<string>> {
    return new Set([...this.#records.values()].filter((r) => r.group === group).map((r) => r.key));
  }

  async park(record: ParkedRecord): Promise<void> {
    const id = idOf(record);
    if (!this.#records.has(id)) this.#records.set(id, record);
  }

  async list(group: string, key?: string): Promise<ParkedRecord[]> {
    return [...this.#records.values()].filter((r) => r.group === group && (key === undefined || r.key === key));
  }

  async remove(record: Pick<ParkedRecord, 'group' | 'topic' | 'partition' | 'offset'>): Promise<void> {
    this.#records.delete(idOf(record));
  }
}

function idOf(record: Pick<ParkedRecord, 'group' | 'topic' | 'partition' | 'offset'>): string {
  return `${record.group}\u001f${record.topic}\u001f${record.partition}\u001f${record.offset}`;
}
