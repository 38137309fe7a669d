import { z } from 'zod';

/** Settings of one bot. */
export const settings = z.strictObject({
  /** From @BotFather. Secret. */
  token: z.string().regex(/^\d+:[A-Za-z0-9_-]+$/, 'expected a bot token such as 123456:ABC-DEF'),
  /** Telegram repeats it in a header of every webhook request. Secret, of your own making. */
  secret: z.string().regex(/^[A-Za-z0-9_-]{1,256}$/, 'expected 1 to 256 letters, digits, "_" or "-"'),
  /** Another server of the Bot API: your own, or the simulator. */
  apiRoot: z.url().default('https://api.telegram.org'),
  /** `polling` needs no public address; one process at a time polls. */
  mode: z.enum(['webhook', 'polling']).default('webhook'),
  /** Messages a second; a Bot API server of your own may allow more. */
  perSecond: z.number().positive().default(30),
  perChatPerSecond: z.number().positive().default(1),
});
export type TelegramSettings = z.output<typeof settings>;
