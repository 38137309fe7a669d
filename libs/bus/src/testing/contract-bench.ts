import { randomUUID } from 'node:crypto';
import { MemoryParkingLot } from '../parking/memory-parking-lot.ts';
import {
  type Bus,
  type BusMessage,
  type BusRecord,
  type ConsumeOptions,
  type ConsumerHost,
  type DeadLetter,
  type DeadLetterBox,
  type ParkingLot,
  type Subscription,
  UndecodableError,
} from '../port.ts';

export interface OpenedBus {
  bus: Bus & ConsumerHost;
  /** Closes the bus and opens it again on what it left. */
  reopen(): Promise<Bus & ConsumerHost>;
  /** A second instance beside the first, with a memory of its own; absent where there can be none. */
  beside?(): Promise<Bus & ConsumerHost>;
  destroy(): Promise<void>;
}

export interface BusContractSubject {
  name: string;
  open(options: { parking: ParkingLot; deadLetters: DeadLetterBox; parkedKeysPerMinute: number }): Promise<OpenedBus>;
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
  readonly letters: DeadLetter[] = [];
  #opened: OpenedBus | undefined;
  #bus: (Bus & ConsumerHost) | undefined;

  static async open(
    subject: BusContractSubject,
    options: { partitions?: number; parkedKeysPerMinute?: number } = {},
  ): Promise<ContractBench> {
    const bench = new ContractBench();
    bench.#opened = await subject.open({
      parking: bench.lot,
      deadLetters: { keep: async (letter) => void bench.letters.push(letter) },
      parkedKeysPerMinute: options.parkedKeysPerMinute ?? 20,
    });
    bench.#bus = bench.#opened.bus;
    await bench.bus.ensureTopics([{ name: bench.topic, retentionMs: 3_600_000, partitions: options.partitions ?? 4 }]);
    return bench;
  }

  get bus(): Bus & ConsumerHost {
    return this.#bus!;
  }

  /** A second instance; where only one process can have the records, the first again. */
  async beside(): Promise<Bus & ConsumerHost> {
    return (await this.#opened!.beside?.()) ?? this.bus;
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
    bus: Bus = this.bus,
  ): Promise<Subscription> {
    const subscription = await bus.consume<Numbered>({
      topics: [this.topic],
      group: this.group,
      decode: decodeNumbered,
      handler,
      ...options,
    });
    await subscription.joined;
    return subscription;
  }

  /** Parks a record of partition 0 by hand, as another build would have. */
  async parkedByOtherBuild(key: string, n: number): Promise<void> {
    await this.lot.park({
      group: this.group,
      topic: this.topic,
      partition: 0,
      offset: String(n),
      key,
      value: JSON.stringify({ n }),
      headers: {},
      timestamp: 1,
      reason: 'a bug of then',
      parkedAt: 1,
      build: 'older',
      behind: false,
    });
  }

  async parkedNumbers(key: string): Promise<number[]> {
    return (await this.lot.list(this.group, key)).map(({ value }) => (JSON.parse(value) as Numbered).n);
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
