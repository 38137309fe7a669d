import { z } from 'zod';

const origin = z
  .string()
  .refine(
    (text) => text === '*' || (URL.canParse(text) && new URL(text).origin === text),
    'expected "*" or an origin such as https://shop.example',
  );

/** Settings of one chat window: usually one shop. */
export const settings = z.strictObject({
  /** Sites that may embed the widget, each as scheme, host and port; `*` = any. The hub's own demo page always may. */
  origins: z.array(origin).min(1),
  /** Heading of the panel. */
  title: z.string().min(1).max(80).default('Chat'),
  /** Shown before anything was written, by language (BCP 47). It is no message: nothing is sent or stored. */
  greeting: z.record(z.string(), z.string().max(1000)).default({}),
  /** What visitor tokens are signed with. Secret. Without it a random key is made once and kept in the store. */
  secret: z.string().min(16, 'expected at least 16 characters').optional(),
  /** Messages a second to all visitors, and to one. */
  perSecond: z.number().positive().default(500),
  perChatPerSecond: z.number().positive().default(10),
  /** Messages that one visitor may write at once, and a second on average. */
  visitorBurst: z.number().int().positive().default(10),
  visitorPerSecond: z.number().positive().default(1),
  /** How often, in milliseconds, open connections look for what another process has sent. */
  pollMs: z.number().int().min(10).default(2000),
});
export type WebchatSettings = z.output<typeof settings>;
