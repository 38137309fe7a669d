import 'reflect-metadata';
import { resolve } from 'node:path';
import { type INestApplication, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { openEmbeddedBus, recordOf, type EmbeddedBus } from '#libs/bus';
import {
  type Capabilities,
  capabilities,
  type Command,
  COMMANDS_TOPIC,
  EVENTS_TOPIC,
  type FeedEvent,
  type Me,
} from '#libs/contracts';
import { type Expertise, openExpertise } from '#libs/expertise';
import { createLogger, seawayConfig, type SeawayConfig } from '#libs/platform';
import {
  conversations,
  type ConversationDoc,
  type EmbeddedStore,
  messages,
  type MessageDoc,
  openEmbeddedStore,
  translations,
  type TranslationDoc,
} from '#libs/store';
import { InboxModule } from '../inbox.module.ts';
import type { InboxOptions } from '../options.ts';
import { PushFeed } from '../push/push-feed.ts';
import { MemoryOperations } from './memory-operations.ts';
import { TestPage } from './test-page.ts';

/** Monday 2026-03-02 10:00 in Shanghai. */
export const MONDAY = Date.UTC(2026, 2, 2, 2, 0, 0);
export const PASSWORD = 'long-enough';

const shift = { days: [1, 2, 3, 4, 5, 6, 7], from: '09:00', to: '18:00', zone: 'Asia/Shanghai' };
const agent = (id: string, name: string, role: string, lang: string) => ({
  id,
  name,
  role,
  email: `${id}@example.test`,
  password: PASSWORD,
  languages: [lang, 'en'],
  zone: 'Asia/Shanghai',
  queues: ['sea'],
  shifts: [shift],
});

export const testConfig = (over: Record<string, unknown> = {}): SeawayConfig =>
  seawayConfig.parse({
    accounts: [{ channel: 'telegram', account: 'shop', country: 'ID' }],
    queues: [
      { id: 'sea', name: 'South-East Asia', regions: ['SEA'] },
      { id: 'trust', name: 'Trust and safety' },
    ],
    agents: [
      agent('li-na', 'Li Na', 'agent', 'zh-CN'),
      agent('omar', 'Omar', 'agent', 'ar'),
      agent('mei', 'Mei', 'lead', 'zh-CN'),
      agent('hui', 'Hui', 'admin', 'zh-CN'),
    ],
    ...over,
  });

export const CAPABILITIES: Capabilities = capabilities.parse({
  parts: ['text', 'choice'],
  text: { limit: 4096, unit: 'utf16' },
  media: [],
  buttons: 8,
  replyWindowHours: null,
  receipts: ['sent'],
  typing: true,
  edits: true,
  deletes: true,
  reactions: true,
  optOutWords: [],
  idempotentSend: false,
  trustedTimes: true,
  rate: { perAccountPerSecond: 30, perChatPerSecond: 1 },
});

let expertise: Promise<Expertise> | undefined;

/** The inbox on a real HTTP port, over a real bus and store in memory; time moves by hand. */
export class TestInbox {
  readonly clock = { at: MONDAY, now: (): number => this.clock.at };
  readonly operations = new MemoryOperations(this.clock);
  app!: INestApplication;
  url = '';

  private constructor(
    readonly bus: EmbeddedBus,
    readonly store: EmbeddedStore,
    readonly known: Expertise,
  ) {}

  static async open(options: Partial<InboxOptions> = {}, beside: Type[] = []): Promise<TestInbox> {
    expertise ??= openExpertise({ ...testConfig(), pack: resolve('packs/livestream') }, { now: () => MONDAY });
    const clock = { now: (): number => inbox.clock.at };
    const bus = await openEmbeddedBus({ path: ':memory:', clock });
    const inbox: TestInbox = new TestInbox(bus, openEmbeddedStore({ path: ':memory:', clock }), await expertise);
    await bus.ensureTopics(
      [COMMANDS_TOPIC, EVENTS_TOPIC].map((name) => ({ name, retentionMs: 86_400_000, partitions: 1 })),
    );
    await inbox.start(options, beside);
    return inbox;
  }

  /** The process starts (again) on the same bus and store. */
  async start(options: Partial<InboxOptions> = {}, beside: Type[] = []): Promise<void> {
    const { bus, store, clock, known } = this;
    const module = InboxModule.register({
      config: testConfig(),
      bus,
      store,
      clock,
      logger: createLogger({ name: 'test', level: 'silent' }),
      translator: known.translator,
      ruleset: known.rules,
      knowledge: known.knowledge,
      capabilitiesOf: (channel) => (channel === 'telegram' ? CAPABILITIES : undefined),
      push: { coalesceMs: 1 },
      operations: this.operations,
      ...options,
    });
    this.app = await NestFactory.create(
      { ...module, controllers: [...(module.controllers ?? []), ...beside] },
      { logger: false, bodyParser: false },
    );
    await this.app.listen(0, '127.0.0.1');
    await this.app.get(PushFeed).joined();
    this.url = await this.app.getUrl();
  }

  page(): TestPage {
    return new TestPage(this.url);
  }

  /** A page on which this agent is logged in. */
  async as(id: string): Promise<TestPage> {
    const page = this.page();
    const { status, body } = await page.request<Me>('POST', '/api/session', {
      email: `${id}@example.test`,
      password: PASSWORD,
    });
    if (status !== 200) throw new Error(`log-in as ${id} answered ${status}`);
    page.csrf = body.csrf;
    return page;
  }

  async commands(): Promise<Command[]> {
    const records = await this.bus.read(COMMANDS_TOPIC, 0, 0n, 1000);
    return records.map((record) => JSON.parse(record.value) as Command);
  }

  /** As core would tell. */
  async tell(...events: Record<string, unknown>[]): Promise<void> {
    await this.bus.publish(events.map((event) => recordOf(EVENTS_TOPIC, (event as FeedEvent).key, event)));
  }

  async put(
    ...docs: (
      | { conversation: Omit<ConversationDoc, 'version'> }
      | { message: Omit<MessageDoc, 'version'> }
      | { translation: Omit<TranslationDoc, 'version'> }
    )[]
  ): Promise<void> {
    for (const doc of docs) {
      if ('conversation' in doc) await this.store.collection(conversations).insert(doc.conversation);
      else if ('message' in doc) await this.store.collection(messages).insert(doc.message);
      else await this.store.collection(translations).insert(doc.translation);
    }
  }

  async stop(): Promise<void> {
    await this.app.close();
  }

  async close(): Promise<void> {
    await this.stop();
    await this.bus.close();
    await this.store.close();
  }
}
