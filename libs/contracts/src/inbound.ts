import { z } from 'zod';
import { contactId, conversationKey, epochMs, eventId, messageId } from './envelope.ts';
import { part, parts } from './parts.ts';

/** The person at the other end, as far as this one event tells. */
export const inboundContact = z.looseObject({
  /** The provider's id of the person, unique within channel and account. */
  externalId: z.string().min(1),
  name: z.string().optional(),
  username: z.string().optional(),
  /** BCP 47, as the provider or the phone says; a hint for language detection, not the truth. */
  locale: z.string().optional(),
  /** E.164. */
  phone: z.string().optional(),
  email: z.string().optional(),
  /** ISO 3166-1 alpha-2, where the provider or the storefront says so. */
  country: z.string().optional(),
});
export type InboundContact = z.infer<typeof inboundContact>;

const base = {
  eventId,
  channel: z.string().min(1),
  account: z.string().min(1),
  key: conversationKey,
  /** The provider's clock; absent where it says none. */
  providerTime: epochMs.optional(),
  /** Our clock, when the connector accepted it. */
  receivedAt: epochMs,
  /** W3C trace context of the webhook. */
  traceparent: z.string().optional(),
  /** The provider's own body, up to 64 KiB, for replay after a parser fix. */
  raw: z.unknown().optional(),
};

export const messageEvent = z.looseObject({
  ...base,
  type: z.literal('message'),
  contact: inboundContact,
  providerMessageId: z.string(),
  parts,
  /** Provider ids of the messages this one answers or quotes. */
  replyTo: z.string().optional(),
  /** Groups: title of the chat. */
  chatTitle: z.string().optional(),
  /** The connector declares its times trustworthy, so a late message may be placed by `providerTime`. */
  trustedTime: z.boolean().default(false),
});

export const editEvent = z.looseObject({
  ...base,
  type: z.literal('edit'),
  contact: inboundContact,
  providerMessageId: z.string(),
  parts: z.array(part).min(1),
});

export const deleteEvent = z.looseObject({ ...base, type: z.literal('delete'), providerMessageId: z.string() });

export const reactionEvent = z.looseObject({
  ...base,
  type: z.literal('reaction'),
  contact: inboundContact,
  providerMessageId: z.string(),
  /** All emoji the person has on the message now; empty = removed. */
  emoji: z.array(z.string()),
});

/** A button or list row was chosen. */
export const postbackEvent = z.looseObject({
  ...base,
  type: z.literal('postback'),
  contact: inboundContact,
  optionId: z.string(),
  label: z.string().optional(),
  providerMessageId: z.string().optional(),
});

/** Why a piece did not go out; decides retry, never the message text. */
export const failureKind = z.enum([
  'auth',
  'rate_limited',
  'rejected',
  'unavailable',
  'expired',
  'opted_out',
  'too_large',
]);
export type FailureKind = z.infer<typeof failureKind>;

/** What became of an outbound message, rolled up over its pieces by the connector host. */
export const outcomeEvent = z.looseObject({
  ...base,
  type: z.literal('outcome'),
  messageId,
  outcome: z.enum(['sent', 'failed', 'unknown']),
  providerMessageIds: z.array(z.string()).default([]),
  failure: z.looseObject({ kind: failureKind, code: z.string().optional(), reason: z.string() }).optional(),
});

/** The provider or the customer's app says how far a message came. */
export const receiptEvent = z.looseObject({
  ...base,
  type: z.literal('receipt'),
  providerMessageId: z.string().optional(),
  messageId: messageId.optional(),
  state: z.enum(['sent', 'delivered', 'read', 'failed']),
  reason: z.string().optional(),
});

export const membershipEvent = z.looseObject({
  ...base,
  type: z.literal('membership'),
  contact: inboundContact,
  change: z.enum(['follow', 'block', 'unblock', 'opt_out', 'opt_in', 'join', 'leave']),
});

/** The customer's id or the conversation's key changed; the conversation under `newKey` continues this one. */
export const identityEvent = z.looseObject({
  ...base,
  type: z.literal('identity'),
  newKey: conversationKey.optional(),
  contact: inboundContact.optional(),
  contactId: contactId.optional(),
});

/** A parser met something it does not understand, or threw; nothing is lost, an operator sees it. */
export const unparsedEvent = z.looseObject({
  ...base,
  type: z.literal('unparsed'),
  reason: z.string(),
});

export const inboundEvent = z.discriminatedUnion('type', [
  messageEvent,
  editEvent,
  deleteEvent,
  reactionEvent,
  postbackEvent,
  outcomeEvent,
  receiptEvent,
  membershipEvent,
  identityEvent,
  unparsedEvent,
]);
export type InboundEvent = z.infer<typeof inboundEvent>;
export type InboundOf<T extends InboundEvent['type']> = Extract<InboundEvent, { type: T }>;
