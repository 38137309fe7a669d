import { z } from 'zod';
import type { SimulatorOptions } from './create-simulator.ts';
import { DEMO_PHONES } from './demo-phones.ts';
import type { BotRegistration } from './telegram/telegram-simulator.ts';

/** The demo shop's bot. Nothing about it is secret. */
const DEMO_BOT = { token: '100000:demo-telegram-token', username: 'streamshop_bot' };

const environment = z.object({
  SIMULATOR_PORT: z.coerce.number().int().min(0).max(65_535).default(3900),
  SIMULATOR_HOST: z.string().default('127.0.0.1'),
  /** `token` or `token=username`, separated by commas; without it, the demo shop's bot. */
  SIMULATOR_TELEGRAM_TOKENS: z.string().optional(),
  /** `on`: the published rate limits from the start. */
  SIMULATOR_RATE_LIMITS: z.enum(['on', 'off']).default('off'),
  SIMULATOR_RETRY_SCALE: z.coerce.number().min(0).max(10).default(1),
  /** Folder to keep chats in. */
  SIMULATOR_DATA: z.string().optional(),
  /** File the ground truth is appended to. */
  SIMULATOR_LOG: z.string().optional(),
  SIMULATOR_WEBCHAT_URL: z.string().default('/webchat/demo.html'),
});

/** Throws one error that lists every variable that is wrong. */
export function readSimulatorEnvironment(env: NodeJS.ProcessEnv = process.env): {
  port: number;
  host: string;
  options: SimulatorOptions;
} {
  const parsed = environment.safeParse(env);
  if (!parsed.success) throw new Error(`The environment of the simulator is wrong:\n${z.prettifyError(parsed.error)}`);
  const e = parsed.data;
  return {
    port: e.SIMULATOR_PORT,
    host: e.SIMULATOR_HOST,
    options: {
      bots: e.SIMULATOR_TELEGRAM_TOKENS === undefined ? [DEMO_BOT] : botsIn(e.SIMULATOR_TELEGRAM_TOKENS),
      phones: DEMO_PHONES,
      knobs: { rateLimits: e.SIMULATOR_RATE_LIMITS === 'on', retryScale: e.SIMULATOR_RETRY_SCALE },
      webchatUrl: e.SIMULATOR_WEBCHAT_URL,
      ...(e.SIMULATOR_DATA === undefined ? {} : { dataDir: e.SIMULATOR_DATA }),
      ...(e.SIMULATOR_LOG === undefined ? {} : { logFile: e.SIMULATOR_LOG }),
    },
  };
}

function botsIn(list: string): BotRegistration[] {
  return list
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
    .map((item) => {
      const [token, username] = item.split('=') as [string, string | undefined];
      return { token, ...(username === undefined ? {} : { username }) };
    });
}
