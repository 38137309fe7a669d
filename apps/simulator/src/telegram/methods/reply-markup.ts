import { badRequest } from '../api-error.ts';
import type { Params } from '../params.ts';
import type { InlineButton, InlineKeyboard } from '../types.ts';

const MAX_DATA_BYTES = 64;
/** What makes a button do something; exactly one of them is required. */
const ACTIONS = [
  'callback_data',
  'url',
  'web_app',
  'login_url',
  'switch_inline_query',
  'switch_inline_query_current_chat',
  'switch_inline_query_chosen_chat',
  'copy_text',
  'callback_game',
  'pay',
];

/** The inline keyboard of a call; other kinds of markup do not become part of the message. */
export function readKeyboard(params: Params): InlineKeyboard | undefined {
  const markup = params.json('reply_markup');
  if (markup === undefined) return undefined;
  if (markup === null || typeof markup !== 'object' || Array.isArray(markup))
    throw badRequest('object expected as reply markup');
  const rows = (markup as { inline_keyboard?: unknown }).inline_keyboard;
  if (rows === undefined) return undefined;
  if (!Array.isArray(rows))
    throw badRequest('field "inline_keyboard" of the InlineKeyboardMarkup should be an Array of Arrays');
  const keyboard = rows.map((row: unknown) => {
    if (!Array.isArray(row))
      throw badRequest('field "inline_keyboard" of the InlineKeyboardMarkup should be an Array of Arrays');
    return row.map(readButton);
  });
  const filled = keyboard.filter((row) => row.length > 0);
  return filled.length === 0 ? undefined : { inline_keyboard: filled };
}

function readButton(value: unknown): InlineButton {
  if (value === null || typeof value !== 'object')
    throw badRequest("can't parse inline keyboard button: InlineKeyboardButton must be an Object");
  const button = value as Record<string, unknown>;
  if (typeof button['text'] !== 'string')
    throw badRequest('can\'t parse inline keyboard button: Can\'t find field "text"');
  if (!ACTIONS.some((action) => button[action] !== undefined)) {
    throw badRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard");
  }
  const data = button['callback_data'];
  if (data !== undefined) {
    const size = typeof data === 'string' ? Buffer.byteLength(data) : 0;
    if (size < 1 || size > MAX_DATA_BYTES) throw badRequest('BUTTON_DATA_INVALID');
  }
  if (button['url'] !== undefined && !/^(https?|tg):\/\/\S+|^[\w-]+(\.[\w-]+)+/.test(String(button['url'])))
    throw badRequest('BUTTON_URL_INVALID');
  return { ...button, text: button['text'] };
}
