import { ApiError, badRequest } from '../api-error.ts';
import type { Bot } from '../bot.ts';
import type { Params } from '../params.ts';
import type { Thread } from '../thread.ts';

/** The chat a call is about. Throws 400 when there is none, 403 when its customer has blocked the bot. */
export function targetOf(bot: Bot, params: Params): Thread {
  if (!params.has('chat_id')) throw badRequest('chat_id is empty');
  const thread = bot.threads.get(params.integer('chat_id') ?? Number.NaN);
  if (thread === undefined || !thread.started) throw badRequest('chat not found');
  if (thread.blocked) throw new ApiError(403, 'Forbidden: bot was blocked by the user');
  return thread;
}
