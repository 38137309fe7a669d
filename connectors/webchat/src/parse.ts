import { inboundBase, MalformedError } from '#libs/connector-kit';
import type { InboundContact, InboundEvent, MessageId } from '#libs/contracts';
import { z } from 'zod';
import { providerId } from './send.ts';
import type { NumberedEntry } from './thread.ts';

export const TEXT_LIMIT = 4000;

const base = {
  /** Made by the widget, the same on every try. */
  id: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/),
  locale: z
    .string()
    .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/)
    .max(35)
    .optional()
    .catch(undefined),
};
const text = z.object({
  ...base,
  text: z
    .string()
    .max(TEXT_LIMIT)
    .refine((t) => t.trim() !== '' && t.isWellFormed(), 'expected words'),
});
/** `n` is the entry whose button was pressed. */
const press = z.object({ ...base, n: z.number().int().positive(), optionId: z.string().min(1).max(1000) });
const receipt = z.object({ state: z.enum(['delivered', 'read']), upTo: z.number().int().positive() });

export type Written = z.infer<typeof text>;
export type Pressed = z.infer<typeof press>;
export type Seen = z.infer<typeof receipt>;

export interface From {
  channel: string;
  account: string;
  visitor: string;
  receivedAt: number;
}

/** What a visitor says. Throws `MalformedError`. */
export const parseInput = (value: unknown): Written | Pressed => checked(z.union([text, press]), value);
export const parseSeen = (value: unknown): Seen => checked(receipt, value);

/** Number of the last entry that the visitor has; 0 = none. */
export function parseAfter(value: string | null): number {
  const after = Number(value ?? 0);
  if (!Number.isSafeInteger(after) || after < 0) throw new MalformedError('"after" must be a whole number, 0 or more.');
  return after;
}

export function json(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new MalformedError('The body is not JSON.');
  }
}

export function messageEvent(from: From, input: Written): InboundEvent {
  return {
    ...inboundBase({ ...from, chat: from.visitor, providerEventId: `msg:${from.visitor}:${input.id}`, raw: input }),
    type: 'message',
    contact: contactOf(from, input),
    providerMessageId: `${from.visitor}:${input.id}`,
    parts: [{ type: 'text', text: input.text }],
    trustedTime: false,
  };
}

/** `choice` is the entry the visitor names. Throws `MalformedError` when it has no such button. */
export function postbackEvent(
  from: From,
  input: Pressed,
  choice: NumberedEntry | undefined,
): { event: InboundEvent; label: string } {
  const label = choice?.n === input.n ? choice.options?.find(({ id }) => id === input.optionId)?.label : undefined;
  if (label === undefined) throw new MalformedError('There is no such button.');
  const event: InboundEvent = {
    ...inboundBase({ ...from, chat: from.visitor, providerEventId: `press:${from.visitor}:${input.id}`, raw: input }),
    type: 'postback',
    contact: contactOf(from, input),
    optionId: input.optionId,
    label,
    providerMessageId: providerId(from.visitor, input.n),
  };
  return { event, label };
}

/** One event per message: that its last piece was delivered or read. */
export function receiptEvents(from: From, state: Seen['state'], entries: readonly NumberedEntry[]): InboundEvent[] {
  return entries
    .filter((entry) => entry.from === 'shop' && entry.last === true)
    .map((entry) => ({
      ...inboundBase({ ...from, chat: from.visitor, providerEventId: `${state}:${from.visitor}:${entry.n}` }),
      type: 'receipt',
      providerMessageId: providerId(from.visitor, entry.n),
      messageId: entry.messageId as MessageId,
      state,
    }));
}

function contactOf({ visitor }: From, { locale }: Written | Pressed): InboundContact {
  return { externalId: visitor, name: nameOf(visitor), ...(locale === undefined ? {} : { locale }) };
}

/** Nobody asks visitors who they are; agents still have to tell one from another. */
const nameOf = (visitor: string): string =>
  `Visitor ${visitor
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .slice(0, 4)
    .toUpperCase()}`;

function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  throw new MalformedError(`Not understood: ${path.join('.') || 'the message'}: ${message}`);
}
