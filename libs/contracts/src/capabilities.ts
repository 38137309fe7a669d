import { z } from 'zod';

/**
 * What a channel can do, declared once by its connector. The kit (splitting, refusal), the composer (what is offered), the
 * documentation table and the conformance contract all read this one declaration.
 */
export const capabilities = z.object({
  /** Part kinds that `send` accepts. Everything else is turned into text by the kit, or refused. */
  parts: z.array(z.enum(['text', 'media', 'location', 'contact', 'choice', 'template'])),
  text: z.object({
    /** Longest text of one provider call, in `unit`s. */
    limit: z.number().int().positive(),
    unit: z.enum(['utf16', 'codepoint', 'utf8']),
  }),
  media: z.array(
    z.object({
      kind: z.enum(['image', 'video', 'audio', 'voice', 'file', 'sticker']),
      /** Bytes. */
      maxSize: z.number().int().positive(),
    }),
  ),
  /** How many buttons one message may carry; 0 = none. */
  buttons: z.number().int().nonnegative(),
  /** Hours after the customer's last message in which free text may be sent; null = always. */
  replyWindowHours: z.number().positive().nullable(),
  receipts: z.array(z.enum(['sent', 'delivered', 'read'])),
  typing: z.boolean(),
  /** Whether messages of ours can be edited and deleted afterwards. */
  edits: z.boolean(),
  deletes: z.boolean(),
  reactions: z.boolean(),
  /** Whole-message words by which a customer opts out, lower case, any language. */
  optOutWords: z.array(z.string()),
  /** Whether `send` hands the provider a key under which it sends at most once. */
  idempotentSend: z.boolean(),
  /** Whether the provider's time of a message can be believed for placing a late one. */
  trustedTimes: z.boolean(),
  /** The provider's own limits, which the kit keeps: messages per second for the account and for one chat. */
  rate: z.object({ perAccountPerSecond: z.number().positive(), perChatPerSecond: z.number().positive() }),
});
export type Capabilities = z.infer<typeof capabilities>;
