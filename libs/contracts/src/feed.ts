import { z } from 'zod';
import { owner } from './commands.ts';
import { actor, commandId, conversationId, conversationKey, epochMs, messageId } from './envelope.ts';
import { parts } from './parts.ts';

/** What was found out about the words of a message. */
export const languageGuess = z.looseObject({
  /** BCP 47 primary tag (zh-Hans / zh-Hant told apart); `und` when there is nothing to go by. */
  lang: z.string(),
  script: z.string(),
  confidence: z.number().min(0).max(1),
  mixedWith: z.array(z.string()).default([]),
  source: z.enum(['script', 'vote', 'prior', 'manual', 'none']),
});
export type LanguageGuess = z.infer<typeof languageGuess>;

const base = {
  /** Conversation version and place within it: gap-free, so a consumer can drop what it has. */
  version: z.number().int(),
  index: z.number().int(),
  key: conversationKey,
  conversationId,
  at: epochMs,
  traceparent: z.string().optional(),
};

export const messageReceived = z.looseObject({
  ...base,
  type: z.literal('message.received'),
  messageId,
  seq: z.number().int(),
  parts,
  by: actor,
  language: languageGuess,
  intents: z.array(z.string()),
  owner,
  region: z.string(),
  /** True when the customer asked for a person. */
  wantsHuman: z.boolean().default(false),
});
export const messageQueued = z.looseObject({
  ...base,
  type: z.literal('message.queued'),
  messageId,
  seq: z.number().int(),
  by: actor,
});
export const messageStatus = z.looseObject({
  ...base,
  type: z.literal('message.status'),
  messageId,
  status: z.enum(['queued', 'released', 'sent', 'delivered', 'read', 'failed', 'unknown', 'held', 'recalled']),
  reason: z.string().optional(),
  /** Who said so, when a person did and not the provider. */
  by: actor.optional(),
});
export const messageChanged = z.looseObject({
  ...base,
  type: z.literal('message.changed'),
  messageId,
  change: z.enum(['edited', 'deleted', 'reacted']),
});
export const conversationChanged = z.looseObject({
  ...base,
  type: z.literal('conversation.changed'),
  change: z.enum([
    'opened',
    'assigned',
    'closed',
    'reopened',
    'snoozed',
    'noted',
    'language',
    'clock',
    'read',
    'membership',
    'identity',
  ]),
  owner: owner.optional(),
  reason: z.string().optional(),
});
export const commandRefused = z.looseObject({
  ...base,
  type: z.literal('command.refused'),
  commandId,
  command: z.string(),
  by: actor,
  reason: z.string(),
  /** The draft comes back, so that nobody's words are lost. */
  draft: z.string().optional(),
  findings: z.array(z.unknown()).optional(),
});
/** From the translator, outside the conversation's own counting: version is that of the message's acceptance, index -1. */
export const messageTranslated = z.looseObject({
  ...base,
  type: z.literal('message.translated'),
  messageId,
  lang: z.string(),
});

export const feedEvent = z.discriminatedUnion('type', [
  messageReceived,
  messageQueued,
  messageStatus,
  messageChanged,
  conversationChanged,
  commandRefused,
  messageTranslated,
]);
export type FeedEvent = z.infer<typeof feedEvent>;
export type FeedOf<T extends FeedEvent['type']> = Extract<FeedEvent, { type: T }>;
