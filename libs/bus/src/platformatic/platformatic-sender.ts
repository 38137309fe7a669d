import { Producer, type ProducerOptions, stringSerializers } from '@platformatic/kafka';
import type { RecordSender } from '../cluster/cluster-client.ts';
import { murmur2 } from '../cluster/murmur2.ts';
import { backoffMs } from '../lanes/backoff.ts';
import { asError } from '../lanes/error-kind.ts';
import type { BusRecord } from '../port.ts';
import type { Connecting } from './connecting.ts';
import { within } from '../cluster/within.ts';

const TRIES_TO_CONNECT = 5;
const CONNECT_DEADLINE_MS = 15_000;
const CLOSE_DEADLINE_MS = 2000;
/** A send goes by the leaders known at its begin. When they part ways meanwhile, no repetition can reach them all. */
const TRIES_AT_STALE_LEADERS = 20;

type StringProducer = Producer<string, Buffer, string, string>;

/**
 * The library repeats a send for ever under the same sequence numbers, which is what makes a lost acknowledgement harmless: a
 * send that it gave up would go out again under a new producer id, and the broker would take it a second time.
 */
export class PlatformaticSender implements RecordSender {
  readonly #connecting: Connecting;
  readonly #struggling: (error: Error) => void;
  #producer: StringProducer;
  #closed = false;

  constructor(connecting: Connecting, struggling: (error: Error) => void) {
    this.#connecting = connecting;
    this.#struggling = struggling;
    this.#producer = this.#create();
  }

  /** Rejects when no broker answers. */
  async connect(): Promise<void> {
    try {
      const known = this.#producer.metadata({ topics: [], retries: TRIES_TO_CONNECT });
      await within(CONNECT_DEADLINE_MS, known, 'no broker answered');
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async send(records: readonly BusRecord[]): Promise<void> {
    if (this.#producer.closed && !this.#closed) this.#producer = this.#create();
    await this.#producer.send({
      messages: records.map(({ topic, key, value, bytes, headers }) => ({
        topic,
        key,
        value: bytes ? Buffer.from(bytes) : Buffer.from(value),
        headers: { ...headers },
      })),
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await within(CLOSE_DEADLINE_MS, this.#producer.close(), 'the producer did not close').catch(() => {});
  }

  #create(): StringProducer {
    const options: ProducerOptions<string, Buffer, string, string> = {
      ...this.#connecting,
      idempotent: true,
      autocreateTopics: false,
      serializers: { ...stringSerializers, value: (value) => value },
      // The library's own default is another number for half of all keys, and keys must never move.
      partitioner: (_message, key) => murmur2(key ?? Buffer.alloc(0)),
      retries: Number.MAX_SAFE_INTEGER,
      retryDelay: (_client, _operation, attempt, _retries, error) => {
        this.#struggling(asError(error));
        if (attempt > TRIES_AT_STALE_LEADERS && isStale(error)) void this.#producer.close().catch(() => {});
        return backoffMs(attempt - 1);
      },
    };
    return new Producer(options);
  }
}

function isStale(error: Error): boolean {
  return 'findBy' in error && typeof error.findBy === 'function' && error.findBy('hasStaleMetadata', true) !== null;
}
