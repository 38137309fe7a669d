import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { TelegramError } from 'telegraf';
import { NoAnswerError, PoolCall } from './pool-call.ts';
import { PooledTelegram } from './pooled-telegram.ts';

const TOKEN = '123456:ABC-secret-token';
let server: Server;
let connections: Socket[];
let seen: { url: string; type: string; authorization: string | undefined; body: string }[];

/** A Bot API of one's own; answers as told. Returns its address. */
async function botApi(answer: RequestListener): Promise<string> {
  connections = [];
  seen = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const { authorization, 'content-type': type = '' } = request.headers;
      seen.push({ url: request.url!, type, authorization, body });
      answer(request, response);
    });
  });
  server.on('connection', (socket) => connections.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const yes: RequestListener = (_, response) => response.end('{"ok":true,"result":{"message_id":7}}');
const failure = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'it succeeded',
    (error: unknown) => error,
  );
const hello = (bot: PooledTelegram, signal?: AbortSignal): Promise<unknown> =>
  bot.callApi('sendMessage', { chat_id: 42, text: 'hello' }, signal === undefined ? {} : { signal });

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

describe("telegraf's client on kept connections", () => {
  it("serves telegraf's own methods, and uses connections again", async () => {
    const bot = new PooledTelegram(TOKEN, { apiRoot: `http://${await botApi(yes)}` });
    expect(await bot.sendMessage(42, 'hello')).toEqual({ message_id: 7 });
    for (let i = 0; i < 9; i += 1) await bot.sendMessage(42, 'again');
    // The one that has just answered may not be free yet.
    expect(connections.length).toBeLessThanOrEqual(2);
    expect(seen).toHaveLength(10);
    expect(seen[0]).toMatchObject({ url: `/bot${TOKEN}/sendMessage`, type: 'application/json' });
    expect(JSON.parse(seen[0]!.body)).toEqual({ chat_id: 42, text: 'hello' });
  });

  it('leaves the upload of a file to telegraf', async () => {
    const bot = new PooledTelegram(TOKEN, { apiRoot: `http://${await botApi(yes)}` });
    await bot.sendDocument(42, { source: Buffer.from('the bytes'), filename: 'a.txt' });
    expect(seen[0]!.type).toContain('multipart/form-data');
    expect(seen[0]!.body).toContain('the bytes');
  });

  it('keeps the path, the name and the password of its address', async () => {
    const bot = new PooledTelegram(TOKEN, { apiRoot: `http://me:p%20w@${await botApi(yes)}/bots/` });
    await hello(bot);
    const authorization = `Basic ${Buffer.from('me:p w').toString('base64')}`;
    expect(seen[0]).toMatchObject({ url: `/bots/bot${TOKEN}/sendMessage`, authorization });
  });

  it('goes on over a new connection when the server closed the kept one', async () => {
    const bot = new PooledTelegram(TOKEN, { apiRoot: `http://${await botApi(yes)}` });
    await hello(bot);
    const closed = new Promise((resolve) => connections[0]!.once('close', resolve));
    server.closeAllConnections();
    await closed;
    await hello(bot);
    expect([connections.length, seen.length]).toEqual([2, 2]);
  });

  it('throws what the Bot API says, and that a 5xx is one', async () => {
    const says = { ok: false, error_code: 429, description: 'Too Many Requests', parameters: { retry_after: 3 } };
    let status = 429;
    const bot = new PooledTelegram(TOKEN, {
      apiRoot: `http://${await botApi((_, response) => response.writeHead(status).end(JSON.stringify(says)))}`,
    });
    const slow = await failure(hello(bot));
    expect(slow).toBeInstanceOf(TelegramError);
    expect(slow).toMatchObject({ code: 429, parameters: { retry_after: 3 } });
    status = 502;
    expect(await failure(hello(bot))).toMatchObject({ code: 502, description: 'Bad Gateway' });
  });
});

describe('what is known of a call without an answer', () => {
  it('is that it was not sent, when no connection could be made', async () => {
    const address = await botApi(yes);
    const plain = await failure(hello(new PooledTelegram(TOKEN, { apiRoot: `https://${address}` })));
    expect(plain).toMatchObject({ name: 'NoAnswerError', sent: false });
    server.close();
    server.closeAllConnections();
    const refused = await failure(hello(new PooledTelegram(TOKEN, { apiRoot: `http://${address}` })));
    expect(refused).toMatchObject({ code: 'ECONNREFUSED', sent: false });
  });

  it('is that it was not sent, when it was called off before', async () => {
    const bot = new PooledTelegram(TOKEN, { apiRoot: `http://${await botApi(yes)}` });
    expect(await failure(hello(bot, AbortSignal.abort()))).toMatchObject({ code: 'aborted', sent: false });
    const stop = new AbortController();
    const waits = failure(hello(bot, stop.signal));
    stop.abort();
    expect(await waits).toMatchObject({ code: 'aborted', sent: false });
    await hello(bot);
    expect(seen).toHaveLength(1);
  });

  it('is nothing, once it was on its way: cut off, or called off', async () => {
    const stop = new AbortController();
    let then: () => void = () => undefined;
    const bot = new PooledTelegram(TOKEN, { apiRoot: `http://${await botApi(() => then())}` });
    then = () => connections[0]!.destroy();
    const cut = await failure(hello(bot));
    expect(cut).toBeInstanceOf(NoAnswerError);
    expect(cut).toMatchObject({ sent: true });
    then = () => stop.abort();
    expect(await failure(hello(bot, stop.signal))).toMatchObject({ code: 'aborted', sent: true });
    expect(seen).toHaveLength(2);
  });

  it('is never found out by sending again', () => {
    const call = new PoolCall(undefined);
    const controller = {} as Parameters<PoolCall['onRequestStart']>[0];
    call.onRequestStart(controller);
    expect(() => call.onRequestStart(controller)).toThrow('sent already');
  });
});
