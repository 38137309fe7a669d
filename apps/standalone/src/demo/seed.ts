import { createLane, type Input, TranslatorLoop } from '#apps/core';
import type { Bus, BusRecord } from '#libs/bus';
import {
  type AgentId,
  type CommandId,
  type ConversationKey,
  conversationKeyOf,
  EVENTS_TOPIC,
  eventIdOf,
  type FeedEvent,
  type InboundEvent,
  messageIdOf,
  uuidv5,
} from '#libs/contracts';
import type { Expertise } from '#libs/expertise';
import type { Runtime } from '#libs/platform';
import { agents, conversations } from '#libs/store';
import { PAST, type PastConversation } from './past-conversations.ts';

const HOUR = 3_600_000;
const CHANNEL = 'telegram';
const ACCOUNT = 'streamshop';

/**
 * Fills an empty demo shop with its past: the same decisions as in live operation, at past times. Nothing is sent: the lane's
 * bus only hands the feed to the translator's job list, and outcomes are told as the provider told them then.
 */
export async function seedDemo(runtime: Runtime, expertise: Expertise): Promise<number> {
  const { store, config, logger } = runtime;
  const { items } = await store.collection(conversations).query('changedSince', { since: 0 }, { limit: 1 });
  if (items.length > 0) return 0;
  await enroll(runtime);
  let now = 0;
  const clock = { now: () => now };
  const translator = new TranslatorLoop(runtime.bus, store, expertise.translator, config, runtime.clock, logger);
  const bus = pastBus(translator);
  const lane = createLane({ runtime: { bus, store, config, clock, logger }, ...expertise });
  const start = runtime.clock.now();
  for (const past of PAST) {
    const key = conversationKeyOf(CHANNEL, ACCOUNT, past.id);
    now = start - past.hoursAgo * HOUR;
    for (const input of inputsOf(past, key, config.agents.find((a) => a.id === past.agent)!.name, now)) {
      now += 60_000;
      await lane.handle(key, [stamp(input, now)]);
    }
  }
  await lane.close();
  return PAST.length;
}

/** The phones of those customers, so that answers reach them. */
export const pastPhones = (): { id: number; name: string; languageCode: string; country: string; started: boolean }[] =>
  PAST.map((past) => ({
    id: Number(past.id),
    name: past.name,
    languageCode: past.locale,
    country: past.country,
    started: true,
  }));

/** What somebody takes counts as their load, so they have to be there first; they can log in once the inbox knows their password. */
async function enroll({ store, config, clock }: Runtime): Promise<void> {
  const docs = store.collection(agents);
  await Promise.all(
    config.agents.map(({ id }) =>
      docs.insert({
        _id: id as AgentId,
        presence: 'offline',
        presenceAt: clock.now(),
        slots: [],
        lastAssignedAt: 0,
        passwordHash: '',
      }),
    ),
  );
}

function inputsOf(past: PastConversation, key: ConversationKey, agentName: string, now: number): Input[] {
  const by = { kind: 'agent' as const, id: past.agent, name: agentName };
  const inputs: Input[] = [];
  past.lines.forEach((line, i) => {
    if (line[0] === 'c') {
      inputs.push({ kind: 'event', event: said(past, key, i, line[1], now) });
      if (i === 0)
        inputs.push({
          kind: 'command',
          command: { ...commandBase(key, `take:${past.id}`, by), type: 'take', agentId: past.agent as never },
        });
    } else {
      const commandId = uuidv5('seed', past.id, String(i)) as CommandId;
      inputs.push({
        kind: 'command',
        command: {
          ...commandBase(key, '', by),
          commandId,
          type: 'send',
          parts: [{ type: 'text', text: line[1] }],
          composition: { source: { text: line[2], lang: line[3] }, lang: past.locale, engine: 'phrasebook' },
        },
      });
      inputs.push({ kind: 'event', event: sent(past, key, i, commandId, now) });
    }
  });
  if (past.closed)
    inputs.push({
      kind: 'command',
      command: { ...commandBase(key, `close:${past.id}`, by), type: 'close', reason: 'solved' },
    });
  return inputs;
}

const commandBase = (key: ConversationKey, what: string, by: { kind: 'agent'; id: string; name: string }) => ({
  commandId: uuidv5('seed', what) as CommandId,
  key,
  by,
  at: 0,
});

function said(past: PastConversation, key: ConversationKey, i: number, text: string, now: number): InboundEvent {
  return {
    type: 'message',
    eventId: eventIdOf(CHANNEL, ACCOUNT, `seed:${past.id}:${i}`),
    channel: CHANNEL,
    account: ACCOUNT,
    key,
    providerTime: now,
    receivedAt: now,
    contact: { externalId: past.id, name: past.name, locale: past.locale, country: past.country },
    providerMessageId: `seed-${past.id}-${i}`,
    parts: [{ type: 'text', text }],
    trustedTime: false,
  };
}

function sent(
  past: PastConversation,
  key: ConversationKey,
  i: number,
  commandId: CommandId,
  now: number,
): InboundEvent {
  return {
    type: 'outcome',
    eventId: eventIdOf(CHANNEL, ACCOUNT, `seed-outcome:${past.id}:${i}`),
    channel: CHANNEL,
    account: ACCOUNT,
    key,
    receivedAt: now,
    messageId: messageIdOf(commandId),
    outcome: 'sent',
    providerMessageIds: [`seed-${past.id}-${i}`],
  };
}

function stamp(input: Input, now: number): Input {
  return input.kind === 'command'
    ? { kind: 'command', command: { ...input.command, at: now } }
    : {
        kind: 'event',
        event: { ...input.event, receivedAt: now, ...(input.event.type === 'message' ? { providerTime: now } : {}) },
      };
}

/** A bus for the past: nothing leaves, and the feed only makes translation jobs. */
function pastBus(translator: TranslatorLoop): Bus {
  const refuse = (): never => {
    throw new Error('the past is not consumed');
  };
  return {
    ensureTopics: async () => undefined,
    publish: async (records: readonly BusRecord[]) => {
      for (const record of records) {
        if (record.topic !== EVENTS_TOPIC) continue;
        const value = JSON.parse(record.value) as FeedEvent;
        await translator.onEvents({
          key: record.key,
          signal: new AbortController().signal,
          entries: [
            {
              value,
              message: {
                topic: record.topic,
                partition: 0,
                offset: 0n,
                key: record.key,
                value: record.value,
                headers: {},
                timestamp: value.at,
              },
            },
          ],
        });
      }
    },
    consume: refuse,
    lag: async () => [],
    read: async () => [],
    health: async () => ({ up: true, detail: 'past' }),
    close: async () => undefined,
  };
}
