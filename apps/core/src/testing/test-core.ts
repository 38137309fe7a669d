import { resolve } from 'node:path';
import type { Bus, BusRecord } from '#libs/bus';
import {
  type Actor,
  type Command,
  type CommandId,
  type CommandOf,
  COMMANDS_TOPIC,
  type ConversationKey,
  conversationIdOf,
  conversationKeyOf,
  EVENTS_TOPIC,
  eventIdOf,
  type FeedEvent,
  type InboundContact,
  type InboundOf,
  type OutboundSend,
  uuidv5,
} from '#libs/contracts';
import { type Expertise, openExpertise } from '#libs/expertise';
import { createLogger, seawayConfig, type SeawayConfig } from '#libs/platform';
import {
  type AgentDoc,
  agents,
  conversations,
  type ConversationDoc,
  messages,
  type MessageDoc,
  openEmbeddedStore,
  type Store,
  type TimerDoc,
  timers,
} from '#libs/store';
import type { Input } from '../decide/decide.ts';
import { createLane } from '../lane/create-lane.ts';
import type { Lane } from '../lane/lane.ts';
import { Effects } from '../effects/perform.ts';
import { Router } from '../router/router.ts';

/** Monday 2026-03-02 10:00 in Shanghai. */
export const MONDAY_MORNING = Date.UTC(2026, 2, 2, 2, 0, 0);

export const LI_NA: Actor = { kind: 'agent', id: 'li-na', name: 'Li Na' };
export const SEABOT: Actor = { kind: 'bot', id: 'seabot', name: 'Seabot' };
const SARI: InboundContact = { externalId: '42', name: 'Sari', locale: 'id' };

const shopConfig = (): SeawayConfig =>
  seawayConfig.parse({
    accounts: [{ channel: 'telegram', account: 'shop', country: 'ID', settings: {} }],
    queues: [
      { id: 'sea', name: 'South-East Asia', regions: ['SEA'] },
      { id: 'trust-safety', name: 'Trust and safety', topics: ['trust-safety'], priority: 50 },
    ],
    agents: [
      {
        id: 'li-na',
        name: 'Li Na',
        email: 'lina@example.test',
        password: 'long-enough',
        languages: ['zh-CN', 'en'],
        zone: 'Asia/Shanghai',
        capacity: 2,
        queues: ['sea'],
        shifts: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '09:00', to: '18:00', zone: 'Asia/Shanghai' }],
      },
    ],
  });

/** Collects what would go onto the bus, and feeds commands back to the lane as the bus would. */
class RecordingBus implements Bus {
  readonly records: BusRecord[] = [];
  ensureTopics = async (): Promise<void> => undefined;
  publish = async (records: readonly BusRecord[]): Promise<void> => void this.records.push(...records);
  consume = (): never => {
    throw new Error('nothing is consumed here');
  };
  lag = async (): Promise<[]> => [];
  read = async (): Promise<[]> => [];
  health = async (): Promise<{ up: boolean; detail: string }> => ({ up: true, detail: 'test' });
  close = async (): Promise<void> => undefined;

  take(topic: string): unknown[] {
    return this.records.filter((r) => r.topic === topic).map((r) => JSON.parse(r.value) as unknown);
  }
}

const documentByDocument = (store: Store): Store => ({
  collection: (declaration) => store.collection(declaration),
  ready: () => store.ready(),
  health: () => store.health(),
  close: () => store.close(),
});

let expertise: Promise<Expertise> | undefined;

/** A lane on a real store, with the real pack, rules and roster; time moves by hand. */
export class TestCore {
  readonly key: ConversationKey = conversationKeyOf('telegram', 'shop', '42');
  readonly clock: { now(): number; at: number };
  readonly bus = new RecordingBus();
  readonly store: Store;
  readonly config = shopConfig();
  lane: Lane;
  private readonly expertise: Expertise;
  private commandsDone = 0;
  private count = 0;

  private constructor(store: Store, known: Expertise, at: number) {
    this.store = store;
    this.expertise = known;
    this.clock = { at, now: () => this.clock.at };
    this.lane = this.newLane();
  }

  /** `oneByOne`: on a store that writes one document at a time, as MongoDB's. */
  static async open(options: { at?: number; online?: boolean; oneByOne?: boolean } = {}): Promise<TestCore> {
    const embedded = openEmbeddedStore({ path: ':memory:' });
    const store = options.oneByOne === true ? documentByDocument(embedded) : embedded;
    expertise ??= openExpertise({ ...shopConfig(), pack: resolve('packs/livestream') }, { now: () => 0 });
    const core = new TestCore(store, await expertise, options.at ?? MONDAY_MORNING);
    await store.collection(agents).insert({
      _id: 'li-na' as never,
      presence: options.online === false ? 'offline' : 'online',
      presenceAt: 0,
      slots: [],
      lastAssignedAt: 0,
      passwordHash: '',
    });
    return core;
  }

  /** As after a restart: nothing in memory is kept. */
  newLane(bus: Bus = this.bus): Lane {
    return createLane({
      runtime: {
        bus,
        store: this.store,
        config: this.config,
        clock: this.clock,
        logger: createLogger({ name: 'test', level: 'silent' }),
      },
      ...this.expertise,
    });
  }

  /** Effects on their own, as another instance performs them. */
  effects(): Effects {
    const router = new Router(this.bus, this.store, this.config, this.clock);
    return new Effects(this.bus, this.store, router, this.clock, () => undefined);
  }

  message(text: string, extra: Partial<InboundOf<'message'>> = {}): InboundOf<'message'> {
    this.count += 1;
    const id = extra.providerMessageId ?? String(this.count);
    return {
      type: 'message',
      eventId: eventIdOf('telegram', 'shop', `msg:42:${id}`),
      channel: 'telegram',
      account: 'shop',
      key: this.key,
      providerTime: this.clock.now(),
      receivedAt: this.clock.now(),
      contact: SARI,
      providerMessageId: id,
      parts: [{ type: 'text', text }],
      trustedTime: true,
      ...extra,
    };
  }

  outcome(send: OutboundSend, outcome: 'sent' | 'failed' | 'unknown'): InboundOf<'outcome'> {
    return {
      type: 'outcome',
      eventId: eventIdOf('telegram', 'shop', `outcome:${send.messageId}:${send.attempt}`),
      channel: 'telegram',
      account: 'shop',
      key: this.key,
      receivedAt: this.clock.now(),
      messageId: send.messageId,
      outcome,
      providerMessageIds: outcome === 'sent' ? [`out-${send.messageId}`] : [],
      ...(outcome === 'failed' ? { failure: { kind: 'rejected' as const, reason: 'chat not found' } } : {}),
    };
  }

  command<T extends Command['type']>(
    type: T,
    by: Actor,
    fields: Omit<CommandOf<T>, 'type' | 'commandId' | 'key' | 'by' | 'at'>,
  ): CommandOf<T> {
    this.count += 1;
    return {
      type,
      commandId: uuidv5('test', String(this.count)) as CommandId,
      key: this.key,
      by,
      at: this.clock.now(),
      ...fields,
    } as unknown as CommandOf<T>;
  }

  reply(text: string, by: Actor = LI_NA, lang = 'id'): CommandOf<'send'> {
    return this.command('send', by, { parts: [{ type: 'text', text }], composition: { lang } });
  }

  /** Hands inputs to the lane, then every command the router published, as the bus would. */
  async take(...inputs: (InboundOf<'message'> | InboundOf<'outcome'> | InboundOf<'edit'> | Command)[]): Promise<void> {
    await this.lane.handle(this.key, inputs.map(inputOf));
    await this.takeCommands();
  }

  /** Hands over every command that was published since the last time. */
  async takeCommands(): Promise<void> {
    for (;;) {
      const commands = this.bus.take(COMMANDS_TOPIC).slice(this.commandsDone) as Command[];
      if (commands.length === 0) return;
      this.commandsDone += commands.length;
      await this.lane.handle(this.key, commands.map(inputOf));
    }
  }

  get translator(): Expertise['translator'] {
    return this.expertise.translator;
  }

  async state(): Promise<ConversationDoc> {
    const doc = await this.store.collection(conversations).get(conversationIdOf(this.key));
    if (doc === undefined) throw new Error('there is no conversation yet');
    return doc;
  }

  async timeline(): Promise<MessageDoc[]> {
    const { items } = await this.store
      .collection(messages)
      .query('thread', { conversationId: conversationIdOf(this.key) }, { limit: 500 });
    return items.toReversed();
  }

  /** All that effects leave in the store, but for marks of what was seen. */
  async everything(): Promise<{ timeline: MessageDoc[]; agents: AgentDoc[]; timers: TimerDoc[] }> {
    return {
      timeline: await this.timeline(),
      agents: (await this.store.collection(agents).query('all', {})).items,
      timers: (await this.store.collection(timers).query('due', { before: Number.MAX_SAFE_INTEGER })).items,
    };
  }

  /** Only what people wrote. */
  async words(): Promise<string[]> {
    return (await this.timeline()).filter((m) => m.kind === 'message').map((m) => m.text);
  }

  feed(): FeedEvent[] {
    return this.bus.take(EVENTS_TOPIC) as FeedEvent[];
  }

  outbound(): OutboundSend[] {
    return (this.bus.take('seaway.outbound.telegram') as { type: string }[]).filter(
      (c) => c.type === 'send',
    ) as OutboundSend[];
  }
}

function inputOf(input: { type: string }): Input {
  return 'eventId' in input ? { kind: 'event', event: input as never } : { kind: 'command', command: input as never };
}
