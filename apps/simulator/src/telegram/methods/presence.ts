import { badRequest } from '../api-error.ts';
import type { Method } from './method.ts';
import { targetOf } from './target.ts';

const ACTIONS = new Set([
  'typing',
  'upload_photo',
  'record_video',
  'upload_video',
  'record_voice',
  'upload_voice',
  'upload_document',
  'choose_sticker',
  'find_location',
  'record_video_note',
  'upload_video_note',
]);
const TYPING_MS = 5000;
const MAX_NOTICE = 200;

export const sendChatAction: Method = ({ bot, params, world }) => {
  const action = params.text('action');
  if (!ACTIONS.has(action)) throw badRequest('wrong parameter action in request');
  const thread = targetOf(bot, params);
  world.live.emit({
    type: 'typing',
    channel: 'telegram',
    bot: bot.user.id,
    phone: thread.chat.id,
    action,
    forMs: TYPING_MS,
  });
  return { result: true };
};

export const answerCallbackQuery: Method = ({ bot, params, world }) => {
  const id = params.text('callback_query_id');
  const phone = bot.phoneOfCallback(id);
  if (phone === undefined) throw badRequest('query is too old and response timeout expired or query ID is invalid');
  const text = params.text('text');
  if (text.length > MAX_NOTICE) throw badRequest('MESSAGE_TOO_LONG');
  world.live.emit({
    type: 'callback-answer',
    channel: 'telegram',
    bot: bot.user.id,
    phone,
    id,
    text,
    alert: params.flag('show_alert'),
  });
  return { result: true };
};
