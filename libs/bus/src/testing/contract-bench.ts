import { randomUUID } from 'node:crypto';
import { MemoryParkingLot } from '../parking/memory-parking-lot.ts';
import {
  type Bus,
  type BusMessage,
  type BusRecord,
  type ConsumeOptions,
  type ParkingLot,
  type Subscription,
  UndecodableError,
} from '../port.ts';

export interface OpenedBus {
  bus: Bus;
  /** Closes the bus and opens it again on what it left. */
  reopen(): Promise<Bus>;
  destroy(): Promise<void>;
}

export interface BusContractSubject {
  name: string;
  open(options: { parking: ParkingLot; parkedKeysPerMinute: number }): Promise<OpenedBus>;
}

/** Value of the contract's records: a number that grows within its key. */
export interface Numbered {
  n: number;
}

/** One test's bus, topic and shorthand around them. */
export class ContractBench {
  readonly topic = `contract.${randomUUID()}`;
  readonly group = `group.${randomUUID()}`;
  readonly lot = new MemoryParkingLot();
  #opened: OpenedBus | undefined;
  #bus: Bus | undefined;

  static async open(
    subject: BusContractSubject,
    options: { partitions?: number; parkedKeysPerMinute?: number } = {},
  ): Promise<ContractBench> {
    const bench = new ContractBench();
    bench.#opened = await subject.open({ parking: bench.lot, parkedKeysPerMinute: options.parkedKeysPerMinute ?? 20 });
    bench.#bus = bench.#opened.bus;
    await bench.bus.ensureTopics([{ name: bench.topic, retentionMs: 3_600_000, partitions: options.partitions ?? 4 }]);
    return bench;
  }

  get bus(): Bus {
    return this.#bus!;
  }

  async reopen(): Promise<void> {
    this.#bus = await this.#opened!.reopen();
  }

  async destroy(): Promise<void> {
    await this.#opened?.destroy();
  }

  record(key: string, n: number): BusRecord {
    return { topic: this.topic, key, value: JSON.stringify({ n }) };
  }

  async consume(
    handler: ConsumeOptions<Numbered>['handler'],
    options: Partial<ConsumeOptions<Numbered>> = {},
  ): Promise<Subscription> {
    const subscription = await this.bus.consume<Numbered>({
      topics: [this.topic],
      group: this.group,
      decode: decodeNumbered,
      handler,
      ...options,
    });
    await subscription.joined;
    return subscription;
  }

  async lag(): Promise<number> {
    return (await this.bus.lag(this.group, [this.topic])).reduce((sum, p) => sum + p.messages, 0);
  }
}

/** What handlers saw, per key in order. */
export class Seen {
  readonly byKey = new Map<string, number[]>();
  count = 0;

  add(key: string, n: number): void {
    this.byKey.set(key, [...(this.byKey.get(key) ?? []), n]);
    this.count += 1;
  }

  of(key: string): number[] {
    return this.byKey.get(key) ?? [];
  }

  readonly handler: ConsumeOptions<Numbered>['handler'] = async ({ key, entries }) => {
    for (const { value } of entries) this.add(key, value.n);
  };
}

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

function decodeNumbered(message: BusMessage): Numbered {
  try {
    return JSON.parse(message.value) as Numbered;
  } catch {
    throw new UndecodableError('is no JSON');
  }
}
