import { hash as digest } from 'node:crypto';

/** A string that only the functions of this file (or a zod border) hand out as the given kind of id. */
export type Brand<Name extends string> = string & { readonly __brand: Name };

export type EventId = Brand<'EventId'>;
export type CommandId = Brand<'CommandId'>;
export type MessageId = Brand<'MessageId'>;
export type ConversationId = Brand<'ConversationId'>;
export type ContactId = Brand<'ContactId'>;
export type AgentId = Brand<'AgentId'>;
export type QueueId = Brand<'QueueId'>;

/** `channel:account:externalConversationId`: the partition key on every topic. Colons may occur in the last part only. */
export type ConversationKey = Brand<'ConversationKey'>;

const NAMESPACE = Buffer.from('5ea3a9e0c0de4f1ba11d0000005ea3a9', 'hex');
/** Namespace and name of the id being made; a UTF-16 unit takes three bytes at most. */
const INPUT = Buffer.concat([NAMESPACE, Buffer.alloc(1008)]);
const LONGEST_NAME = (INPUT.length - NAMESPACE.length) / 3;

/** RFC 9562 version 5 over Seaway's own namespace: the same parts always give the same id, so a replay is harmless. */
export function uuidv5(...parts: readonly string[]): string {
  const hex = digest('sha1', hashInput(parts.join('\u001f')));
  const variant = '89ab'[Number.parseInt(hex[16]!, 16) & 3]!;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function hashInput(name: string): Buffer {
  if (name.length > LONGEST_NAME) return Buffer.concat([NAMESPACE, Buffer.from(name)]);
  return INPUT.subarray(0, NAMESPACE.length + INPUT.write(name, NAMESPACE.length));
}

/**
 * The id of an inbound event. `providerEventId` is the identity of the thing, not of the delivery: for a Telegram message
 * `msg:<chat>:<message_id>`, not the `update_id`.
 */
export function eventIdOf(channel: string, account: string, providerEventId: string): EventId {
  return uuidv5('event', channel, account, providerEventId) as EventId;
}

/** The key under which everything of one conversation travels. Throws when channel or account contains a colon. */
export function conversationKeyOf(channel: string, account: string, externalConversationId: string): ConversationKey {
  if (channel.includes(':') || account.includes(':')) {
    throw new TypeError(`channel and account must not contain ":" (got "${channel}" and "${account}")`);
  }
  return `${channel}:${account}:${externalConversationId}` as ConversationKey;
}

/** Takes a conversation key apart again. */
export function splitConversationKey(key: ConversationKey): { channel: string; account: string; externalId: string } {
  const first = key.indexOf(':');
  const second = key.indexOf(':', first + 1);
  return { channel: key.slice(0, first), account: key.slice(first + 1, second), externalId: key.slice(second + 1) };
}

export function conversationIdOf(key: ConversationKey): ConversationId {
  let id = CONVERSATION_IDS.get(key);
  if (id === undefined) {
    id = uuidv5('conversation', key) as ConversationId;
    if (CONVERSATION_IDS.size >= KEPT) CONVERSATION_IDS.clear();
    CONVERSATION_IDS.set(key, id);
  }
  return id;
}

/** Asked for several times with every event; hashing once is enough. */
const CONVERSATION_IDS = new Map<ConversationKey, ConversationId>();
const KEPT = 10_000;

/** The message that an inbound event or a `send` command makes. */
export const messageIdOf = (origin: EventId | CommandId): MessageId => uuidv5('message', origin) as MessageId;

export const contactIdOf = (channel: string, account: string, externalId: string): ContactId =>
  uuidv5('contact', channel, account, externalId) as ContactId;
