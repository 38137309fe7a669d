import type { Message, Producer, TopicMessages } from 'kafkajs';
import { backoffMs } from '../lanes/backoff.ts';
import { asError } from '../lanes/error-kind.ts';
import type { BusLogger } from '../logger.ts';
import { type BusRecord, TransientError } from '../port.ts';
import { sizeOfRecord } from '../published-record.ts';
import { isRefusal } from './kafka-errors.ts';

const BATCH_RECORDS = 500;
const BATCH_BYTES = 512 * 1024;
const QUEUE_BYTES = 64 * 1024 * 1024;
const FAILURES_BEFORE_NEW_PRODUCER = 5;

export interface SerialProducerOptions {
  create: () => Producer;
  /** The ones of `topics` that the cluster does not know. */
  missingTopics: (topics: readonly string[]) => Promise<string[]>;
  logger: BusLogger;
}

interface Publish {
  left: number;
  resolve: () => void;
  reject: (error: Error) => void;
}

interface Item {
  record: BusRecord;
  bytes: number;
  publish: Publish;
}

/**
 * One `sendBatch` at a time; whatever is published meanwhile goes with the next. With two in flight on an idempotent producer
 * kafkajs loses an acknowledged message when one acknowledgement is lost. A send that failed is repeated with the very same
 * records, so the broker recognises what it has.
 */
export class SerialProducer {
  readonly #options: SerialProducerOptions;
  readonly #known = new Set<string>();
  #queue: Item[] = [];
  #queuedBytes = 0;
  #producer: Producer | undefined;
  #loop: Promise<void> | undefined;
  #wakeUp: (() => void) | undefined;
  #closing = false;
  #abandoned = false;
  /** The last send failed; undefined after one that worked. */
  failure: Error | undefined;

  constructor(options: SerialProducerOptions) {
    this.#options = options;
  }

  async connect(): Promise<void> {
    await this.#connected();
  }

  publish(records: readonly BusRecord[]): Promise<void> {
    const sizes = records.map(sizeOfRecord);
    if (records.length === 0) return Promise.resolve();
    if (this.#closing) return Promise.reject(new Error('the bus is closed'));
    if (this.#queuedBytes > QUEUE_BYTES) {
      const why = this.failure ? `Kafka is away (${this.failure.message})` : 'more is published than Kafka takes';
      return Promise.reject(new TransientError(`the publish queue is full: ${why}`));
    }
    return new Promise((resolve, reject) => {
      const publish: Publish = { left: records.length, resolve, reject };
      for (const [i, record] of records.entries()) {
        this.#queue.push({ record, bytes: sizes[i]!, publish });
        this.#queuedBytes += sizes[i]!;
      }
      this.#loop ??= this.#run();
    });
  }

  /** Sends what waits, at most for `deadlineMs`; what is left then is rejected as transient. */
  async close(deadlineMs: number): Promise<void> {
    this.#closing = true;
    const timer = setTimeout(() => {
      this.#abandoned = true;
      this.#wakeUp?.();
    }, deadlineMs);
    await this.#loop;
    clearTimeout(timer);
    await this.#producer?.disconnect().catch(() => {});
  }

  async #run(): Promise<void> {
    // Everything published within this turn of the event loop belongs together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0) await this.#deliver(this.#take());
    this.#loop = undefined;
  }

  #take(): Item[] {
    let count = 0;
    let bytes = 0;
    for (const item of this.#queue) {
      if (count > 0 && (count >= BATCH_RECORDS || bytes + item.bytes > BATCH_BYTES)) break;
      count += 1;
      bytes += item.bytes;
    }
    const taken = this.#queue.slice(0, count);
    this.#queue = this.#queue.slice(count);
    this.#queuedBytes -= bytes;
    return taken;
  }

  async #deliver(all: Item[]): Promise<void> {
    let items = all;
    for (let failures = 0; ; failures += 1) {
      if (this.#abandoned) return settle(items, new TransientError('the bus was closed before Kafka took the records'));
      try {
        items = await this.#withKnownTopics(items);
        if (items.length > 0) await (await this.#connected()).sendBatch({ acks: -1, topicMessages: byTopic(items) });
        this.failure = undefined;
        return settle(items);
      } catch (error) {
        if (isRefusal(error)) return this.#refused(items, asError(error));
        await this.#failed(items, asError(error), failures + 1);
      }
    }
  }

  /** Someone's record is at fault: the halves are tried apart until it stands alone. */
  async #refused(items: Item[], error: Error): Promise<void> {
    if (items.length === 1) {
      return settle(
        items,
        new Error(`Kafka refuses a record for topic "${items[0]!.record.topic}": ${error.message}`, { cause: error }),
      );
    }
    const half = Math.ceil(items.length / 2);
    await this.#deliver(items.slice(0, half));
    await this.#deliver(items.slice(half));
  }

  async #failed(items: readonly Item[], error: Error, failures: number): Promise<void> {
    this.failure = error;
    this.#options.logger.warn(
      { failures, records: items.length, error: error.message },
      'kafka: send failed, the same records go again',
    );
    if (failures % FAILURES_BEFORE_NEW_PRODUCER === 0) {
      const old = this.#producer;
      this.#producer = undefined;
      void old?.disconnect().catch(() => {});
    }
    if (this.#abandoned) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, backoffMs(failures - 1));
      this.#wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #withKnownTopics(items: Item[]): Promise<Item[]> {
    const unseen = [...new Set(items.map((item) => item.record.topic))].filter((topic) => !this.#known.has(topic));
    if (unseen.length === 0) return items;
    const missing = new Set(await this.#options.missingTopics(unseen));
    for (const topic of unseen) if (!missing.has(topic)) this.#known.add(topic);
    if (missing.size === 0) return items;
    settle(
      items.filter((item) => missing.has(item.record.topic)),
      new Error(
        `topic ${[...missing].map((t) => `"${t}"`).join(', ')} does not exist: declare it with ensureTopics before use`,
      ),
    );
    return items.filter((item) => !missing.has(item.record.topic));
  }

  async #connected(): Promise<Producer> {
    if (this.#producer) return this.#producer;
    const producer = this.#options.create();
    await producer.connect();
    this.#producer = producer;
    return producer;
  }
}

function byTopic(items: readonly Item[]): TopicMessages[] {
  const topics = new Map<string, Message[]>();
  for (const { record } of items) {
    const messages = topics.get(record.topic);
    const message: Message = { key: record.key, value: record.bytes ? Buffer.from(record.bytes) : record.value };
    if (record.headers !== undefined) message.headers = { ...record.headers };
    if (messages) messages.push(message);
    else topics.set(record.topic, [message]);
  }
  return [...topics].map(([topic, messages]) => ({ topic, messages }));
}

function settle(items: readonly Item[], error?: Error): void {
  for (const { publish } of items) {
    publish.left -= 1;
    if (error) publish.reject(error);
    else if (publish.left === 0) publish.resolve();
  }
}
