import { z } from 'zod';
import type {
  CommandId,
  ContactId,
  ConversationId,
  ConversationKey,
  EventId,
  MessageId,
  AgentId,
  QueueId,
} from './ids.ts';

/**
 * Schemas for branded ids: what crosses a border as a string is that id from there on. Only the type says so; a transform would
 * run for each id of each record.
 */
const branded = <T extends string>() => idSchema<T>(z.string().min(1).max(512));
const idSchema = <T extends string>(schema: z.ZodString) => schema as unknown as z.ZodType<T, string>;
export const eventId = branded<EventId>();
export const commandId = branded<CommandId>();
export const messageId = branded<MessageId>();
export const conversationId = branded<ConversationId>();
export const contactId = branded<ContactId>();
export const agentId = branded<AgentId>();
export const queueId = branded<QueueId>();
export const conversationKey = idSchema<ConversationKey>(
  z
    .string()
    .max(512)
    .regex(/^[^:]+:[^:]+:.+$/, 'expected channel:account:conversation'),
);

/** Milliseconds since 1970. */
export const epochMs = z.number().int().nonnegative();

/** Who speaks or acts. `system` is Seaway itself (timers, router); `phone` is a person on a linked phone. */
export const actor = z.looseObject({
  kind: z.enum(['customer', 'agent', 'bot', 'system', 'phone', 'api']),
  id: z.string().optional(),
  name: z.string().optional(),
});
export type Actor = z.infer<typeof actor>;

/** Headers on every bus record; strings, since Kafka has nothing else. */
export const HEADER = {
  schema: 'seaway-schema',
  producedAt: 'seaway-produced-at',
  traceparent: 'traceparent',
  replay: 'seaway-replay',
} as const;
