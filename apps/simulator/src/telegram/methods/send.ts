import { badRequest, tooManyRequests } from '../api-error.ts';
import type { Params } from '../params.ts';
import type { Thread } from '../thread.ts';
import type { Message } from '../types.ts';
import type { Answer, Call } from './method.ts';
import { readKeyboard } from './reply-markup.ts';
import { targetOf } from './target.ts';

const MAX_TEXT = 4096;
const MAX_CAPTION = 1024;

/** Text as the server keeps it: without white space around it. Throws 400 when empty or too long. */
export function readText(params: Params): string {
  const text = params.text('text').trim();
  if (text === '') throw badRequest('message text is empty');
  if (text.length > MAX_TEXT) throw badRequest('message is too long');
  return text;
}

export function readCaption(params: Params): { caption?: string } {
  const caption = params.text('caption').trim();
  if (caption.length > MAX_CAPTION) throw badRequest('message caption is too long');
  return caption === '' ? {} : { caption };
}

/** Puts a message of the bot into the chat, once it has passed everything the server checks. */
export async function send(
  { bot, params, world }: Call,
  content: () => Record<string, unknown> | Promise<Record<string, unknown>>,
  method: string,
): Promise<Answer> {
  const filled = await content();
  const keyboard = readKeyboard(params);
  const thread = targetOf(bot, params);
  const reply = repliedTo(thread, params);
  const limits = world.knobs.values.rateLimits;
  const wait = limits === false ? 0 : bot.rate.take(thread.chat.id, limits);
  if (wait > 0) throw tooManyRequests(wait);
  const at = world.clock.now();
  const message: Message = {
    message_id: thread.takeId(),
    from: bot.user,
    chat: thread.chat,
    date: Math.floor(at / 1000),
    ...(reply === undefined ? {} : { reply_to_message: reply }),
    ...filled,
    ...(keyboard === undefined ? {} : { reply_markup: keyboard }),
    ...(params.flag('protect_content') ? { has_protected_content: true } : {}),
  };
  const entry = { by: 'bot' as const, at, message, reactions: { customer: [], bot: [] } };
  thread.put(entry);
  recordSent({ bot, params, world }, method, message.message_id);
  bot.show(thread, entry);
  return { result: message };
}

/** Every call with an effect a customer can see goes into the ground truth. */
export function recordSent({ bot, params, world }: Call, method: string, messageId: number | undefined): void {
  world.truth.add(world.clock.now(), 'sent', {
    channel: 'telegram',
    bot: bot.user.id,
    method,
    chat: params.integer('chat_id'),
    ...(messageId === undefined ? {} : { messageId }),
    body: params.toRecord(),
  });
}

function repliedTo(thread: Thread, params: Params): Message | undefined {
  const given =
    params.json('reply_parameters') ??
    (params.has('reply_to_message_id')
      ? {
          message_id: params.integer('reply_to_message_id'),
          allow_sending_without_reply: params.flag('allow_sending_without_reply'),
        }
      : undefined);
  if (given === undefined) return undefined;
  const { message_id: id, allow_sending_without_reply: lenient } = given as {
    message_id?: unknown;
    allow_sending_without_reply?: unknown;
  };
  const entry = thread.visible(Number(id));
  if (entry === undefined && lenient !== true) throw badRequest('message to be replied not found');
  if (entry === undefined) return undefined;
  const { reply_to_message: _, ...flat } = entry.message;
  return flat as Message;
}
