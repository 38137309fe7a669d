import { badRequest } from '../api-error.ts';
import type { ThreadEntry } from '../thread.ts';
import type { Call, Method } from './method.ts';
import { REACTIONS } from './reactions.ts';
import { readKeyboard } from './reply-markup.ts';
import { readCaption, readText, recordSent } from './send.ts';
import { targetOf } from './target.ts';

const NOT_MODIFIED =
  'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message';
const DELETE_WITHIN_MS = 48 * 3_600_000;

export const editMessageText: Method = (call) => edit(call, 'editMessageText', { text: readText(call.params) }, 'text');

export const editMessageCaption: Method = (call) =>
  edit(call, 'editMessageCaption', { caption: readCaption(call.params).caption }, 'caption');

export const editMessageReplyMarkup: Method = (call) => edit(call, 'editMessageReplyMarkup', {}, 'markup');

function edit(
  call: Call,
  method: string,
  change: Record<string, unknown>,
  what: 'text' | 'caption' | 'markup',
): { result: unknown } {
  const { bot, params, world } = call;
  const keyboard = readKeyboard(params);
  const thread = targetOf(bot, params);
  const entry = thread.visible(params.integer('message_id'));
  if (entry === undefined) throw badRequest('message to edit not found');
  if (entry.by !== 'bot') throw badRequest("message can't be edited");
  if (what === 'text' && entry.message.text === undefined) throw badRequest('there is no text in the message to edit');
  if (what === 'caption' && entry.message.text !== undefined)
    throw badRequest('there is no caption in the message to edit');
  const { reply_markup: oldKeyboard, ...old } = entry.message;
  const same =
    Object.entries(change).every(([field, value]) => old[field] === value) &&
    JSON.stringify(oldKeyboard) === JSON.stringify(keyboard);
  if (same) throw badRequest(NOT_MODIFIED);
  entry.message = {
    ...old,
    ...change,
    edit_date: Math.floor(world.clock.now() / 1000),
    ...(keyboard === undefined ? {} : { reply_markup: keyboard }),
  };
  recordSent(call, method, entry.message.message_id);
  bot.show(thread, entry);
  return { result: entry.message };
}

export const deleteMessage: Method = (call) => {
  const { bot, params, world } = call;
  const thread = targetOf(bot, params);
  const entry = thread.visible(params.integer('message_id'));
  if (entry === undefined) throw badRequest('message to delete not found');
  if (world.clock.now() - entry.at > DELETE_WITHIN_MS) throw badRequest("message can't be deleted for everyone");
  entry.deleted = true;
  recordSent(call, 'deleteMessage', entry.message.message_id);
  bot.show(thread, entry);
  return { result: true };
};

export const setMessageReaction: Method = (call) => {
  const { bot, params } = call;
  const thread = targetOf(bot, params);
  const entry = thread.visible(params.integer('message_id'));
  if (entry === undefined) throw badRequest('message to react not found');
  entry.reactions = { ...entry.reactions, bot: readReactions(params.json('reaction')) };
  recordSent(call, 'setMessageReaction', entry.message.message_id);
  bot.show(thread, entry);
  return { result: true };
};

function readReactions(value: unknown): ThreadEntry['reactions']['bot'] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw badRequest('expected an Array of ReactionType');
  const reactions = value.map((item: unknown) => {
    const { type, emoji } = (item ?? {}) as { type?: unknown; emoji?: unknown };
    if (type !== 'emoji' || typeof emoji !== 'string' || !REACTIONS.has(emoji)) throw badRequest('REACTION_INVALID');
    return { type: 'emoji' as const, emoji };
  });
  if (reactions.length > 1) throw badRequest('REACTIONS_TOO_MANY');
  return reactions;
}
