import { z } from 'zod';
import { actor, agentId, commandId, conversationKey, epochMs, messageId, queueId } from './envelope.ts';
import { parts } from './parts.ts';

/** Who answers for a conversation at the moment. */
export const owner = z.looseObject({
  kind: z.enum(['agent', 'bot', 'queue', 'nobody']),
  /** Agent id, bot id or queue id; absent for nobody. */
  id: z.string().optional(),
  name: z.string().optional(),
});
export type Owner = z.infer<typeof owner>;

const base = {
  /** Made by the caller, so that a repeated command is one command. The bot: uuidv5 of the event it answers. */
  commandId,
  key: conversationKey,
  by: actor,
  at: epochMs,
  traceparent: z.string().optional(),
  /** Refuse unless the conversation is still owned by this one: `kind:id`. */
  ifOwner: z.string().optional(),
  /** Refuse when something was accepted after this sequence number. */
  ifSeq: z.number().int().optional(),
};

/** How the text the customer will read came to be. */
export const composition = z.looseObject({
  /** What the author wrote, before translation; absent when it was written in the customer's language. */
  source: z.looseObject({ text: z.string(), lang: z.string() }).optional(),
  /** Language of the parts as the customer will read them. */
  lang: z.string().optional(),
  engine: z.string().optional(),
  templateId: z.string().optional(),
  confidence: z.number().min(0).max(1).optional(),
});
export type Composition = z.infer<typeof composition>;

export const sendCommand = z.looseObject({
  ...base,
  type: z.literal('send'),
  /** Final, in the customer's language. */
  parts,
  composition: composition.default({}),
  /** Why the author sends although a rule warned; a blocking rule is never overridden. */
  override: z.looseObject({ reason: z.string(), role: z.enum(['agent', 'lead', 'admin']).default('agent') }).optional(),
  /** Do not send after this moment. */
  expiresAt: epochMs.optional(),
});
export const noteCommand = z.looseObject({ ...base, type: z.literal('note'), text: z.string().min(1).max(20_000) });
/** `reservation`: the slot that the router took on the agent's document before it sent this. */
export const assignCommand = z.looseObject({
  ...base,
  type: z.literal('assign'),
  to: owner,
  reason: z.string(),
  queueId: queueId.optional(),
  reservation: z.string().optional(),
  /** What the router weighed: shown under "why?". */
  considered: z
    .array(z.looseObject({ id: z.string(), name: z.string().optional(), eligible: z.boolean(), why: z.string() }))
    .optional(),
});
export const takeCommand = z.looseObject({ ...base, type: z.literal('take'), agentId });
export const closeCommand = z.looseObject({ ...base, type: z.literal('close'), reason: z.string().optional() });
export const reopenCommand = z.looseObject({ ...base, type: z.literal('reopen') });
export const snoozeCommand = z.looseObject({ ...base, type: z.literal('snooze'), until: epochMs });
export const pinLanguageCommand = z.looseObject({
  ...base,
  type: z.literal('pin-language'),
  lang: z.string().nullable(),
});
export const resendCommand = z.looseObject({ ...base, type: z.literal('resend'), messageId });
/** A person says what became of a delivery that nobody knows the outcome of; refused unless that attempt is still unknown. */
export const resolveCommand = z.looseObject({
  ...base,
  type: z.literal('resolve'),
  messageId,
  /** The attempt they looked at. */
  attempt: z.number().int().nonnegative(),
  outcome: z.enum(['sent', 'failed']),
  /** How they know. */
  note: z.string().max(500).optional(),
});
export const recallCommand = z.looseObject({ ...base, type: z.literal('recall'), messageId });
export const markReadCommand = z.looseObject({ ...base, type: z.literal('mark-read') });
/** A customer asks for a person, or the bot gives up: the router looks for an agent and no longer offers the bot. */
export const handOverCommand = z.looseObject({
  ...base,
  type: z.literal('hand-over'),
  reason: z.string(),
  summary: z.string().optional(),
});
/** A timer fired: a statutory deadline's warning or breach, a snooze's end, an unanswered offer. */
export const timerCommand = z.looseObject({
  ...base,
  type: z.literal('timer'),
  timerId: z.string(),
  what: z.enum(['clock-warn', 'clock-breach', 'snooze-end', 'route']),
  data: z.record(z.string(), z.unknown()).default({}),
});

export const command = z.discriminatedUnion('type', [
  sendCommand,
  noteCommand,
  assignCommand,
  takeCommand,
  closeCommand,
  reopenCommand,
  snoozeCommand,
  pinLanguageCommand,
  resendCommand,
  resolveCommand,
  recallCommand,
  markReadCommand,
  handOverCommand,
  timerCommand,
]);
export type Command = z.infer<typeof command>;
export type CommandOf<T extends Command['type']> = Extract<Command, { type: T }>;
