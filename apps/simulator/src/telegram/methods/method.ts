import type { Bot, World } from '../bot.ts';
import type { Params } from '../params.ts';

export interface Call {
  bot: Bot;
  params: Params;
  world: World;
  /** Aborted when the caller hangs up. */
  signal?: AbortSignal;
}

/** `description` accompanies some results, as in "Webhook was set". */
export interface Answer {
  result: unknown;
  description?: string;
}

/** Throws `ApiError`. */
export type Method = (call: Call) => Answer | Promise<Answer>;
