import { type Bus, openEmbeddedBus } from '#libs/bus';
import {
  type InboundEvent,
  type InboundOf,
  type MessageId,
  conversationKeyOf,
  inboundTopic,
  type OutboundSend,
  outboundTopic,
} from '#libs/contracts';
import { openEmbeddedStore, type Store } from '#libs/store';
import { z } from 'zod';
import { type Connector, type ConnectorInstance, type ConnectorLog, defineConnector } from '../connector.ts';
import { Delivery, type DeliveryOptions } from '../delivery/delivery.ts';
import type { Alarm } from '../delivery/alarm.ts';

/** Time that moves when the test says so, and alarms that follow it. */
export class ManualTime implements Alarm {
  private at = 1_700_000_000_000;
  private readonly waiting = new Set<{ at: number; ring: () => void }>();

  now(): number {
    return this.at;
  }

  set(at: number, ring: () => void): () => void {
    const alarm = { at, ring };
    this.waiting.add(alarm);
    return () => this.waiting.delete(alarm);
  }

  advance(ms: number): void {
    this.at += ms;
    for (const alarm of [...this.waiting].sort((a, b) => a.at - b.at)) {
      if (alarm.at <= this.at && this.waiting.delete(alarm)) alarm.ring();
    }
  }

  /** Due times of what waits, earliest first. */
  due(): number[] {
    return [...this.waiting].map((alarm) => alarm.at - this.at).sort((a, b) => a - b);
  }
}

export const quietLog: ConnectorLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

export const CHANNEL = 'fake';
export const ACCOUNT = 'main';

export function fakeConnector(
  instance: Partial<ConnectorInstance> = {},
  rate = { perAccountPerSecond: 10_000, perChatPerSecond: 10_000 },
): Connector {
  return defineConnector({
    channel: CHANNEL,
    config: z.looseObject({}),
    capabilities: {
      parts: ['text'],
      text: { limit: 10, unit: 'utf16' },
      media: [],
      buttons: 0,
      replyWindowHours: null,
      receipts: ['delivered'],
      typing: false,
      edits: false,
      deletes: false,
      reactions: false,
      optOutWords: [],
      idempotentSend: false,
      trustedTimes: false,
      rate,
    },
    create: () => ({ send: () => Promise.resolve({ providerMessageIds: ['p1'] }), ...instance }),
  });
}

/** Waits until `done` holds; fails loudly instead of hanging. */
export async function until(
  done: () => boolean | Promise<boolean>,
  what = 'the condition',
  withinMs = 4000,
): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await done())) {
    if (performance.now() > end) throw new Error(`${what} did not come true in time`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export const sendCommand = (
  time: ManualTime,
  chat: string,
  id: string,
  extra: Partial<OutboundSend> = {},
): OutboundSend => ({
  type: 'send',
  key: conversationKeyOf(CHANNEL, ACCOUNT, chat),
  channel: CHANNEL,
  account: ACCOUNT,
  externalConversationId: chat,
  at: time.now(),
  messageId: id as MessageId,
  attempt: 0,
  parts: [{ type: 'text', text: id }],
  released: { by: 'policy', rules: 'r1', at: time.now() },
  ...extra,
});

export interface Bench {
  bus: Bus;
  store: Store;
  time: ManualTime;
  publish(...commands: OutboundSend[]): Promise<void>;
  /** Events on the inbound topic, in order. */
  inbound(): Promise<InboundEvent[]>;
  outcomes(): Promise<InboundOf<'outcome'>[]>;
  /** A process that delivers; several may follow one another on the same bus and store. */
  delivery(send: ConnectorInstance['send'], options?: Partial<DeliveryOptions>): Delivery;
  close(): Promise<void>;
}

/** The real bus and store in memory, with one channel of one account and one partition. */
export async function openBench(): Promise<Bench> {
  const time = new ManualTime();
  const store = await openEmbeddedStore({ path: ':memory:' });
  const bus = await openEmbeddedBus({ path: ':memory:' });
  const topics = [inboundTopic(CHANNEL), outboundTopic(CHANNEL)];
  await bus.ensureTopics(topics.map((name) => ({ name, retentionMs: 86_400_000, partitions: 1 })));
  let start = 0;
  const inbound = async () =>
    (await bus.read(inboundTopic(CHANNEL), 0, 0n, 1000)).map((m) => JSON.parse(m.value) as InboundEvent);
  return {
    bus,
    store,
    time,
    publish: (...commands) =>
      bus.publish(commands.map((c) => ({ topic: outboundTopic(CHANNEL), key: c.key, value: JSON.stringify(c) }))),
    inbound,
    outcomes: async () => (await inbound()).filter((event) => event.type === 'outcome'),
    delivery(send, options = {}) {
      start += 1;
      const connector = options.connector ?? fakeConnector();
      const instances = new Map([[ACCOUNT, { send } satisfies ConnectorInstance]]);
      return new Delivery({
        connector,
        instances,
        bus,
        store,
        clock: time,
        alarm: time,
        ticks: () => time.now(),
        log: quietLog,
        self: `elsewhere/${start}/x`,
        ...options,
      });
    },
    close: async () => {
      await bus.close();
      await store.close();
    },
  };
}
