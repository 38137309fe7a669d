import { defineConnector, MalformedError } from '#libs/connector-kit';
import { settings as config } from './config.ts';
import { parseUpdate } from './parse.ts';
import { PooledTelegram } from './pooled-telegram.ts';
import { answerButtons, poll, registerWebhook } from './receive.ts';
import { apiOf, sendPiece } from './send.ts';
import { secretVerifier } from './verify.ts';

const MB = 1_000_000;

export const telegram = defineConnector({
  channel: 'telegram',
  config,
  capabilities: {
    parts: ['text', 'media', 'location', 'contact', 'choice'],
    text: { limit: 4096, unit: 'utf16' },
    media: [
      { kind: 'image', maxSize: 10 * MB },
      { kind: 'video', maxSize: 50 * MB },
      { kind: 'audio', maxSize: 50 * MB },
      { kind: 'voice', maxSize: 50 * MB },
      { kind: 'file', maxSize: 50 * MB },
      { kind: 'sticker', maxSize: 512_000 },
    ],
    buttons: 100,
    replyWindowHours: null,
    receipts: [],
    typing: true,
    edits: false,
    deletes: false,
    reactions: true,
    optOutWords: [],
    idempotentSend: false,
    trustedTimes: true,
    rate: { perAccountPerSecond: 30, perChatPerSecond: 1 },
  },
  create(context) {
    const { channel, account, settings } = context;
    const api = apiOf(new PooledTelegram(settings.token, settings));
    return {
      rate: { perAccountPerSecond: settings.perSecond, perChatPerSecond: settings.perChatPerSecond },
      send: (piece, to) => sendPiece(api, piece, to),
      typing: async (chat) => void (await api('sendChatAction', { chat_id: chat, action: 'typing' })),
      ...(settings.mode === 'polling'
        ? { session: (signal: AbortSignal) => poll(api, context, signal) }
        : {
            webhook: {
              verify: secretVerifier(settings.secret),
              parse: (request) =>
                parseUpdate(json(request.rawBody), { channel, account, receivedAt: request.receivedAt }),
            },
            start: () => registerWebhook(api, context),
            accepted: (events) => answerButtons(api, events),
          }),
    };
  },
});

function json(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new MalformedError('the body is not JSON');
  }
}
