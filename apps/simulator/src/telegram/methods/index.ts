import {
  deleteMessage,
  editMessageCaption,
  editMessageReplyMarkup,
  editMessageText,
  setMessageReaction,
} from './change.ts';
import { getFile } from './get-file.ts';
import type { Method } from './method.ts';
import { answerCallbackQuery, sendChatAction } from './presence.ts';
import { sendMedia } from './send-media.ts';
import { sendContact, sendLocation, sendMessage, sendVenue } from './send-simple.ts';
import { deleteWebhook, getMe, getUpdates, getWebhookInfo, setWebhook } from './updates.ts';

const METHODS: Record<string, Method> = {
  getMe,
  getUpdates,
  setWebhook,
  deleteWebhook,
  getWebhookInfo,
  sendMessage,
  sendPhoto: sendMedia('photo'),
  sendDocument: sendMedia('document'),
  sendVoice: sendMedia('voice'),
  sendVideo: sendMedia('video'),
  sendAudio: sendMedia('audio'),
  sendSticker: sendMedia('sticker'),
  sendAnimation: sendMedia('animation'),
  sendVideoNote: sendMedia('video_note'),
  sendLocation,
  sendVenue,
  sendContact,
  sendChatAction,
  editMessageText,
  editMessageCaption,
  editMessageReplyMarkup,
  deleteMessage,
  setMessageReaction,
  answerCallbackQuery,
  getFile,
};

/** By lower-case name: method names are not case-sensitive. */
const BY_NAME = new Map(Object.entries(METHODS).map(([name, method]) => [name.toLowerCase(), method]));

export const methodNamed = (name: string): Method | undefined => BY_NAME.get(name.toLowerCase());
