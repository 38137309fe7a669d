import { ConnectorError, type Piece, type SendContext, type SendReceipt } from '#libs/connector-kit';
import { type Telegram, TelegramError } from 'telegraf';
import { providerId } from './parse.ts';
import { NoAnswerError } from './pool-call.ts';

const CALLBACK_DATA_BYTES = 64;
const MEDIA_METHOD = {
  image: ['sendPhoto', 'photo'],
  video: ['sendVideo', 'video'],
  audio: ['sendAudio', 'audio'],
  voice: ['sendVoice', 'voice'],
  file: ['sendDocument', 'document'],
  sticker: ['sendSticker', 'sticker'],
} as const;

interface Call {
  method: string;
  payload: Record<string, unknown>;
}

/** The Bot API by method name (telegraf's own types end at version 7.1). Throws `ConnectorError` only. */
export type CallApi = (
  method: string,
  payload: Record<string, unknown>,
  options?: { signal?: AbortSignal },
) => Promise<unknown>;

export function apiOf(telegram: Telegram): CallApi {
  const call = telegram.callApi.bind(telegram) as unknown as CallApi;
  return async (method, payload, options) => {
    try {
      return await call(method, payload, options);
    } catch (error) {
      throw asConnectorError(error);
    }
  };
}

/** One call of the Bot API. */
export async function sendPiece(api: CallApi, piece: Piece, context: SendContext): Promise<SendReceipt> {
  const { method, payload } = callFor(piece.part);
  const reply =
    piece.replyTo === undefined
      ? {}
      : {
          reply_parameters: { message_id: Number(piece.replyTo.split(':').at(-1)), allow_sending_without_reply: true },
        };
  const made = (await api(method, { chat_id: context.chat, ...payload, ...reply }, { signal: context.signal })) as {
    message_id: number;
  };
  return { providerMessageIds: [providerId(context.chat, made.message_id)] };
}

function callFor(part: Piece['part']): Call {
  switch (part.type) {
    case 'text':
    case 'template':
      return { method: 'sendMessage', payload: { text: part.text } };
    case 'choice':
      return {
        method: 'sendMessage',
        payload: { text: part.text, reply_markup: { inline_keyboard: keyboard(part.options) } },
      };
    case 'media': {
      if (part.ref.kind === 'blob')
        throw refused('media_blob', 'Telegram can fetch media by address or by its own file id only.');
      const [method, field] = MEDIA_METHOD[part.media];
      const caption = part.caption === undefined || part.media === 'sticker' ? {} : { caption: part.caption };
      return { method, payload: { [field]: part.ref.id, ...caption } };
    }
    case 'location': {
      const { latitude, longitude, name, address } = part;
      if (name === undefined) return { method: 'sendLocation', payload: { latitude, longitude } };
      return { method: 'sendVenue', payload: { latitude, longitude, title: name, address: address ?? name } };
    }
    case 'contact':
      if (part.phones[0] === undefined) return { method: 'sendMessage', payload: { text: part.name } };
      return { method: 'sendContact', payload: { phone_number: part.phones[0], first_name: part.name } };
  }
}

function keyboard(options: readonly { id: string; label: string }[]): { text: string; callback_data: string }[][] {
  return options.map(({ id, label }) => {
    if (Buffer.byteLength(id) > CALLBACK_DATA_BYTES)
      throw refused('callback_data', `An option's id is longer than ${CALLBACK_DATA_BYTES} bytes.`);
    return [{ text: label, callback_data: id }];
  });
}

const refused = (code: string, reason: string): ConnectorError =>
  new ConnectorError({ kind: 'rejected', delivered: 'no', code, reason });

/** Sorts by what was written and answered alone. No text of the client is taken over: it names the address, and the token is part of it. */
function asConnectorError(error: unknown): ConnectorError {
  if (error instanceof TelegramError) return fromTelegram(error);
  const { code, sent } =
    error instanceof NoAnswerError ? error : { code: (error as Error | undefined)?.name ?? 'unknown', sent: true };
  return sent
    ? new ConnectorError({
        kind: 'unavailable',
        delivered: 'unknown',
        code,
        reason: `The connection to Telegram broke off before the answer (${code}).`,
      })
    : new ConnectorError({
        kind: 'unavailable',
        delivered: 'no',
        code,
        reason: `Telegram could not be reached (${code}).`,
      });
}

function fromTelegram({ response, code, description, parameters }: TelegramError): ConnectorError {
  if (typeof response.error_code !== 'number') {
    return new ConnectorError({
      kind: 'unavailable',
      delivered: 'unknown',
      code: 'no_answer',
      reason: 'What answered does not speak the Bot API.',
    });
  }
  const init = { delivered: 'no', code: String(code), reason: `Telegram: ${description}` } as const;
  switch (code) {
    case 429:
      return new ConnectorError({ ...init, kind: 'rate_limited', retryAfterMs: (parameters?.retry_after ?? 1) * 1000 });
    case 403:
      return new ConnectorError({ ...init, kind: 'opted_out' });
    case 401:
    case 404:
      return new ConnectorError({ ...init, kind: 'auth' });
    case 413:
      return new ConnectorError({ ...init, kind: 'too_large' });
    default:
      // Behind a 5xx the message may have gone out; telegraf does not read what the body says.
      return code >= 500
        ? new ConnectorError({ ...init, kind: 'unavailable', delivered: 'unknown' })
        : new ConnectorError({ ...init, kind: 'rejected' });
  }
}
