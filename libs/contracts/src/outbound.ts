import { z } from 'zod';
import { conversationKey, epochMs, messageId } from './envelope.ts';
import { parts } from './parts.ts';

const base = {
  key: conversationKey,
  channel: z.string(),
  account: z.string(),
  /** The provider's id of the chat. */
  externalConversationId: z.string(),
  at: epochMs,
  /** Nothing is sent after this moment; the outcome is then failed(expired). */
  expiresAt: epochMs.optional(),
  traceparent: z.string().optional(),
};

export const outboundSend = z.looseObject({
  ...base,
  type: z.literal('send'),
  messageId,
  /** Counts resends by hand; pieces are keyed by (messageId, attempt, n). */
  attempt: z.number().int().nonnegative().default(0),
  parts,
  replyToProviderId: z.string().optional(),
  /** Set by the policy library when it let the text go; the topic takes nothing without it. */
  released: z.looseObject({ by: z.literal('policy'), rules: z.string(), at: epochMs }),
});
export const outboundTyping = z.looseObject({ ...base, type: z.literal('typing') });
export const outboundMarkRead = z.looseObject({ ...base, type: z.literal('mark-read'), providerMessageId: z.string() });

export const outboundCommand = z.discriminatedUnion('type', [outboundSend, outboundTyping, outboundMarkRead]);
export type OutboundCommand = z.infer<typeof outboundCommand>;
export type OutboundSend = z.infer<typeof outboundSend>;
