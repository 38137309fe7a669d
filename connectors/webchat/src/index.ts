import { defineConnector } from '#libs/connector-kit';
import { settings as config } from './config.ts';
import { Live } from './live.ts';
import { TEXT_LIMIT } from './parse.ts';
import { Receiver } from './receive.ts';
import { routesOf } from './routes.ts';
import { sendPiece } from './send.ts';
import { Sessions } from './session.ts';
import { Sockets } from './socket.ts';
import { Threads } from './thread.ts';

export const webchat = defineConnector({
  channel: 'webchat',
  config,
  capabilities: {
    parts: ['text', 'choice'],
    text: { limit: TEXT_LIMIT, unit: 'utf16' },
    media: [],
    buttons: 10,
    replyWindowHours: null,
    receipts: ['sent', 'delivered', 'read'],
    typing: true,
    edits: false,
    deletes: false,
    reactions: false,
    optOutWords: [],
    idempotentSend: true,
    trustedTimes: false,
    rate: { perAccountPerSecond: 500, perChatPerSecond: 10 },
  },
  create(context) {
    const { settings, storage, clock, log } = context;
    const { origins, pollMs } = settings;
    const sessions = new Sessions(storage, settings.secret);
    const threads = new Threads(storage);
    const live = new Live({ pollMs, log });
    const receiver = new Receiver(context, threads);
    const sockets = new Sockets({ sessions, threads, live, receiver, origins, log });
    return {
      rate: { perAccountPerSecond: settings.perSecond, perChatPerSecond: settings.perChatPerSecond },
      async send(piece, to) {
        const receipt = await sendPiece(threads, piece, to, clock.now());
        live.grown(to.chat);
        return receipt;
      },
      typing: async (chat) => live.typing(chat),
      routes: routesOf({ context, sessions, threads, live, receiver }),
      upgrade: (request, socket, head) => sockets.upgrade(request, socket, head),
      async close() {
        live.close();
        sockets.close();
      },
    };
  },
});
