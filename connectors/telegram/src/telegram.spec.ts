import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  ConnectorError,
  type ConnectorContext,
  connectorContract,
  type ContractFixture,
  type Parsed,
  type Piece,
  providerDouble,
  type SendContext,
} from '#libs/connector-kit';
import { telegram } from './index.ts';

const TOKEN = '123456:ABC-secret-token';
const SECRET = 'webhook_secret-1';
const folder = new URL('../fixtures/', import.meta.url);
const fixtures = readdirSync(folder).map(
  (name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as ContractFixture,
);
const apiError = (code: number, description: string, parameters?: object) => ({
  status: code,
  body: { ok: false, error_code: code, description, parameters },
});

connectorContract(
  {
    connector: telegram,
    settings: (apiRoot) => ({ token: TOKEN, secret: SECRET, apiRoot }),
    secrets: [TOKEN, SECRET],
    webhook: {
      sign: () => ({ 'x-telegram-bot-api-secret-token': SECRET }),
      forge: () => ({ 'x-telegram-bot-api-secret-token': `${SECRET}x` }),
      coversBody: false,
      fixtures,
    },
    sending: {
      success: {
        answer: { status: 200, body: { ok: true, result: { message_id: 99 } } },
        providerMessageIds: ['42:99'],
      },
      errors: [
        {
          when: apiError(429, 'Too Many Requests', { retry_after: 17 }),
          kind: 'rate_limited',
          delivered: 'no',
          retryAfterMs: 17_000,
        },
        { when: apiError(403, 'Forbidden: bot was blocked by the user'), kind: 'opted_out', delivered: 'no' },
        { when: apiError(400, 'Bad Request: chat not found'), kind: 'rejected', delivered: 'no' },
        { when: apiError(401, 'Unauthorized'), kind: 'auth', delivered: 'no' },
        { when: apiError(404, 'Not Found'), kind: 'auth', delivered: 'no' },
        { when: apiError(502, 'Bad Gateway'), kind: 'unavailable', delivered: 'unknown' },
        { when: { status: 200, body: 'half an ans' }, kind: 'unavailable', delivered: 'unknown' },
        { when: 'refused', kind: 'unavailable', delivered: 'no' },
        { when: 'cut', kind: 'unavailable', delivered: 'unknown' },
        {
          when: { status: 200, body: '<html>sign in</html>', headers: { 'content-type': 'text/html' } },
          kind: 'unavailable',
          delivered: 'unknown',
        },
        { when: 'silent', kind: 'unavailable', delivered: 'unknown' },
      ],
    },
  },
  { describe, it },
);

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const to = (): SendContext => ({
  chat: '42',
  key: 'telegram:main:42' as SendContext['key'],
  messageId: 'm' as SendContext['messageId'],
  attempt: 0,
  idempotencyKey: 'k',
  signal: AbortSignal.timeout(2000),
});

function opened(apiRoot: string, settings: object = {}, more: Partial<ConnectorContext<unknown>> = {}) {
  const storage = {
    get: async () => undefined,
    put: async () => undefined,
    append: async () => 1,
    appendAt: async () => true,
    read: async () => [],
  };
  return telegram.open({
    channel: 'telegram',
    account: 'main',
    settings: { token: TOKEN, secret: SECRET, apiRoot, ...settings },
    clock: { now: () => 1 },
    log: quiet,
    fetch: () => Promise.reject(new Error('unused')),
    storage,
    accept: () => Promise.resolve(),
    ...more,
  });
}

describe('telegram calls', () => {
  const part = (p: Piece['part'], more: Partial<Piece> = {}): Piece => ({ n: 0, of: 1, part: p, ...more });
  const cases: [Piece, string, object][] = [
    [
      part({ type: 'text', text: 'hi' }, { replyTo: '42:7' }),
      'sendMessage',
      { chat_id: '42', text: 'hi', reply_parameters: { message_id: 7, allow_sending_without_reply: true } },
    ],
    [
      part({ type: 'choice', text: 'Which?', options: [{ id: 'a', label: 'A' }] }),
      'sendMessage',
      { chat_id: '42', text: 'Which?', reply_markup: { inline_keyboard: [[{ text: 'A', callback_data: 'a' }]] } },
    ],
    [
      part({ type: 'media', media: 'image', ref: { kind: 'url', id: 'https://x.test/a.jpg' }, caption: 'c' }),
      'sendPhoto',
      { chat_id: '42', photo: 'https://x.test/a.jpg', caption: 'c' },
    ],
    [
      part({ type: 'media', media: 'file', ref: { kind: 'provider', id: 'file1' } }),
      'sendDocument',
      { chat_id: '42', document: 'file1' },
    ],
    [
      part({ type: 'location', latitude: 1, longitude: 2, name: 'Here' }),
      'sendVenue',
      { chat_id: '42', latitude: 1, longitude: 2, title: 'Here', address: 'Here' },
    ],
  ];
  it.each(cases)('%#', async (piece, method, payload) => {
    const provider = await providerDouble({ status: 200, body: { ok: true, result: { message_id: 1 } } });
    await opened(provider.url).send(piece, to());
    await provider.close();
    expect(provider.requests[0]!.path).toBe(`/bot${TOKEN}/${method}`);
    expect(JSON.parse(provider.requests[0]!.body)).toEqual(payload);
  });

  it('counts an option id in bytes and refuses it before calling', async () => {
    const options = [{ id: 'ก'.repeat(22), label: 'A' }];
    const error = await opened('http://127.0.0.1:9')
      .send(part({ type: 'choice', text: '?', options }), to())
      .catch((e: unknown) => e);
    expect(error).toMatchObject({ kind: 'rejected', delivered: 'no', code: 'callback_data' });
    expect(error).toBeInstanceOf(ConnectorError);
  });

  it('registers the webhook with its secret and the updates it wants, and answers button presses', async () => {
    const provider = await providerDouble({ status: 200, body: { ok: true, result: true } });
    const bot = opened(provider.url, {}, { webhookUrl: 'https://hub.test/webhooks/telegram/main' });
    await bot.start!(AbortSignal.timeout(1000));
    const { request } = fixtures.find((f) => f.name === 'button')!;
    const events = bot.webhook!.parse({
      method: 'POST',
      url: '/',
      headers: {},
      rawBody: Buffer.from(JSON.stringify(request)),
      receivedAt: 1,
    });
    await bot.accepted!(events.filter((e) => e.type !== 'ignored'));
    await provider.close();
    const [hook, answer] = provider.requests.map((r): Record<string, unknown> => ({
      method: r.path.split('/').at(-1),
      ...JSON.parse(r.body),
    }));
    expect(hook).toMatchObject({
      method: 'setWebhook',
      url: 'https://hub.test/webhooks/telegram/main',
      secret_token: SECRET,
    });
    expect(hook!.allowed_updates).toEqual(
      expect.arrayContaining(['message', 'message_reaction', 'my_chat_member', 'callback_query']),
    );
    expect(answer).toEqual({ method: 'answerCallbackQuery', callback_query_id: 'cb1' });
  });
});

describe('telegram polling', () => {
  let server: Server;
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('confirms an update only after it was accepted, and keeps what it cannot parse', async () => {
    const offsets: number[] = [];
    const stop = new AbortController();
    const update = (id: number) => ({
      update_id: id,
      message: { message_id: id, date: 1, chat: { id: 42, type: 'private' }, text: `m${id}` },
    });
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        const { offset } = JSON.parse(body) as { offset?: number };
        if (offset !== undefined) offsets.push(offset);
        const batch = offset === 0 ? [update(5), { update_id: 6, message: { text: 'no chat' } }] : [update(7)];
        response
          .setHeader('content-type', 'application/json')
          .end(JSON.stringify({ ok: true, result: offset === undefined ? true : batch }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const accepted: Parsed[] = [];
    let refusals = 1;
    const accept = (events: readonly Parsed[]) => {
      if (refusals-- > 0) return Promise.reject(new Error('the bus is away'));
      accepted.push(...events);
      if (accepted.length > 2) stop.abort();
      return Promise.resolve();
    };
    const bot = opened(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { mode: 'polling' }, { accept });
    expect(bot.webhook).toBeUndefined();
    await expect(bot.session!(stop.signal)).rejects.toThrow('the bus is away');
    await bot.session!(stop.signal).catch(() => undefined);
    expect(offsets).toEqual([0, 0, 7]);
    expect(accepted.map((e) => e.type)).toEqual(['message', 'unparsed', 'message']);
  });
});
