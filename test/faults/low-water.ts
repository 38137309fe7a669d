import { createRequire } from 'node:module';
import type { Connection } from 'mongoose';
import type { Admin } from 'kafkajs';
import { eventId, messageIdOf } from '#libs/contracts';
import type { Archived } from './archive.ts';
import type { Residue } from './observation.ts';

const EVERY_MS = 1500;
const INBOUND_GROUP = 'seaway-core-inbound';

/** What core had committed at one moment, by `topic/partition`. */
type Committed = Map<string, number>;

/**
 * I5 while it matters: during the run it asks again and again for core's committed offsets and, after each answer, for the messages
 * that are stored. Whatever lay below an offset must be stored by then, at every look, and not only in the end.
 */
export class LowWater {
  looks = 0;
  /** Why the last look that failed did. */
  trouble = '';
  private readonly admin: Pick<Admin, 'connect' | 'disconnect' | 'fetchOffsets'>;
  private readonly store: Pick<Connection, 'collection' | 'close'>;
  private readonly topics: readonly string[];
  private readonly committed: Committed[] = [];
  /** By message: the first look that found it. */
  private readonly stored = new Map<string, number>();
  private stopped = false;
  private looking: Promise<void> = Promise.resolve();

  constructor(
    admin: Pick<Admin, 'connect' | 'disconnect' | 'fetchOffsets'>,
    store: Pick<Connection, 'collection' | 'close'>,
    topics: readonly string[],
  ) {
    this.admin = admin;
    this.store = store;
    this.topics = topics;
  }

  static async open(where: {
    brokers: string;
    mongodb: string;
    database: string;
    topics: readonly string[];
  }): Promise<LowWater> {
    const require = createRequire(import.meta.url);
    const { createConnection } = require('mongoose') as typeof import('mongoose');
    const { Kafka, logLevel } = require('kafkajs') as typeof import('kafkajs');
    const kafka = new Kafka({
      clientId: 'low-water',
      brokers: [where.brokers],
      logLevel: logLevel.NOTHING,
      requestTimeout: 5000,
      retry: { initialRetryTime: 100, retries: 3 },
    });
    const store = await createConnection(where.mongodb, {
      dbName: where.database,
      serverSelectionTimeoutMS: 2000,
      socketTimeoutMS: 5000,
    }).asPromise();
    return new LowWater(kafka.admin(), store, where.topics);
  }

  start(): void {
    this.looking = this.lookOn();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.looking;
    await this.admin.disconnect().catch(() => undefined);
    await this.store.close().catch(() => undefined);
  }

  /** Messages that were not stored though the offset behind them was committed. `archive`: all of the inbound topics. */
  breaches(archive: readonly Archived[]): Residue['committedMessages'] {
    const found: Residue['committedMessages'] = [];
    for (const { topic, partition, offset, value } of archive) {
      const event = JSON.parse(value) as { type: string; key: string; eventId: string };
      if (event.type !== 'message') continue;
      const messageId = messageIdOf(eventId.parse(event.eventId));
      const first = this.committed.findIndex((at) => offset < (at.get(`${topic}/${partition}`) ?? 0));
      if (first !== -1 && (this.stored.get(messageId) ?? Infinity) > first)
        found.push({ key: event.key, messageId, at: `${topic}/${partition}@${offset}` });
    }
    return found;
  }

  private async lookOn(): Promise<void> {
    while (!this.stopped) {
      await this.look().catch((error: unknown) => {
        this.trouble = String(error);
        return this.admin.disconnect().catch(() => undefined);
      });
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  }

  /** Offsets first: what is stored meanwhile is none the worse. A look that fails says nothing. */
  async look(): Promise<void> {
    await this.admin.connect();
    const at: Committed = new Map();
    for (const { topic, partitions } of await this.admin.fetchOffsets({
      groupId: INBOUND_GROUP,
      topics: [...this.topics],
    }))
      for (const { partition, offset } of partitions) at.set(`${topic}/${partition}`, Number(offset));
    const ids = await this.store
      .collection('messages')
      .find({}, { projection: { _id: 1 } })
      .toArray();
    for (const { _id } of ids) if (!this.stored.has(String(_id))) this.stored.set(String(_id), this.committed.length);
    this.committed.push(at);
    this.looks = this.committed.length;
  }
}
