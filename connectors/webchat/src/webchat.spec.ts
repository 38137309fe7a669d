import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Bus, openEmbeddedBus } from '#libs/bus';
import { ConnectorHost, connectorContract, connectorLists, deliveries } from '#libs/connector-kit';
import {
  type InboundEvent,
  inboundEvent,
  inboundTopic,
  type MessageId,
  type OutboundCommand,
  outboundTopic,
  type Part,
} from '#libs/contracts';
import { openEmbeddedStore, type Store } from '#libs/store';
import { WebSocket } from 'ws';
import { webchat } from './index.ts';

const SECRET = 'a-secret-of-the-shop';
const SHOP = 'https://shop.example';

connectorContract(
  { connector: webchat, settings: () => ({ origins: ['*'], secret: SECRET }), secrets: [SECRET] },
  { describe, it },
);

interface Frame {
  type: string;
  n?: number;
  id?: string;
  text?: string;
  code?: string;
  from?: string;
  options?: { id: string; label: string }[];
  retryAfterMs?: number;
}
type Visitor = { visitorId: string; token: string };

let now = 1_700_000_000_000;
let bus: Bus;
let store: Store;
let busIsAway = false;
const running: { host: ConnectorHost; server: Server }[] = [];
const clients: WebSocket[] = [];

/** A process with the connector, over the one bus and store. */
async function replica(settings: object = {}, delivers = true): Promise<string> {
  const accounts = [
    {
      channel: 'webchat',
      account: 'shop',
      settings: {
        origins: [SHOP],
        pollMs: 20,
        perSecond: 100_000,
        perChatPerSecond: 100_000,
        title: 'Shop',
        greeting: { en: 'Hello!' },
        ...settings,
      },
    },
  ];
  const logger = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const seen: Bus = {
    ...bus,
    publish: (m) => (busIsAway ? Promise.reject(new Error('away')) : bus.publish(m)),
    ensureTopics: (t) => bus.ensureTopics(t),
    consume: (o) => bus.consume(o),
    lag: (g, t) => bus.lag(g, t),
    read: (...a) => bus.read(...a),
    health: () => bus.health(),
    close: () => bus.close(),
  };
  const host = new ConnectorHost({
    bus: seen,
    store,
    accounts,
    connectors: [webchat],
    clock: { now: () => now },
    logger,
  });
  const server = createServer((request, response) =>
    host.serve(request, response, () => response.writeHead(404).end()),
  );
  server.on('upgrade', (request, socket, head) => host.upgrade(request, socket, head) || socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  if (delivers) await host.start();
  running.push({ host, server });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/webchat/shop`;
}

beforeEach(async () => {
  bus = await openEmbeddedBus({ path: ':memory:' });
  store = await openEmbeddedStore({ path: ':memory:' });
  await bus.ensureTopics(
    [inboundTopic('webchat'), outboundTopic('webchat')].map((name) => ({
      name,
      retentionMs: 86_400_000,
      partitions: 1,
    })),
  );
  busIsAway = false;
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.terminate();
  for (const { host, server } of running.splice(0)) {
    await host.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  await bus.close();
  await store.close();
});

async function until(done: () => unknown, what = 'the condition'): Promise<void> {
  const end = performance.now() + 4000;
  while (!(await done())) {
    if (performance.now() > end) throw new Error(`${what} did not come true in time`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
const inbound = async () =>
  (await bus.read(inboundTopic('webchat'), 0, 0n, 1000)).map((m) => inboundEvent.parse(JSON.parse(m.value)));
const told = async (...types: InboundEvent['type'][]) =>
  (await inbound()).filter((event) => types.includes(event.type));

const ask = async (
  url: string,
  method: string,
  path: string,
  { token, body, origin = SHOP }: { token?: string; body?: unknown; origin?: string } = {},
) => {
  const headers = {
    origin,
    'content-type': 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  const response = await fetch(url + path, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text.startsWith('{') ? JSON.parse(text) : text) as Record<string, unknown>,
  };
};
const enter = async (url: string): Promise<Visitor> => (await ask(url, 'POST', '/session')).body as unknown as Visitor;

/** A widget's connection. Rejects with the status of a refused upgrade. */
async function connect(url: string, token: string, after = 0, origin = SHOP) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/socket?token=${token}&after=${after}`, { origin });
  const frames: Frame[] = [];
  socket.on('message', (data) => frames.push(JSON.parse(String(data)) as Frame));
  await new Promise((resolve, reject) =>
    socket
      .on('open', resolve)
      .on('unexpected-response', (_, { statusCode }) => reject(new Error(String(statusCode))))
      .on('error', reject),
  );
  clients.push(socket);
  await until(() => frames.some((f) => f.type === 'ready'), 'ready');
  const entries = () => frames.filter((f) => f.type === 'entry');
  return { socket, frames, entries, tell: (frame: object) => socket.send(JSON.stringify(frame)) };
}

async function command(visitor: string, value: object): Promise<void> {
  const key = `webchat:shop:${visitor}` as OutboundCommand['key'];
  const base = { key, channel: 'webchat', account: 'shop', externalConversationId: visitor, at: now };
  await bus.publish([{ topic: outboundTopic('webchat'), key, value: JSON.stringify({ ...base, ...value }) }]);
}
const reply = (visitor: string, messageId: string, ...parts: Part[]) =>
  command(visitor, { type: 'send', messageId, attempt: 0, parts, released: { by: 'policy', rules: 'r1', at: now } });
const words = (text: string): Part => ({ type: 'text', text });

describe('a conversation over the socket', () => {
  it('goes both ways, with receipts and typing', async () => {
    const url = await replica();
    const { visitorId, token } = await enter(url);
    const widget = await connect(url, token);
    widget.tell({ type: 'message', id: 'client-id-1', text: 'Is it <b>waterproof</b>?', locale: 'th-TH' });
    await until(() => widget.frames.some((f) => f.type === 'ack'));
    expect(widget.frames.find((f) => f.type === 'ack')).toEqual({ type: 'ack', id: 'client-id-1', n: 1 });
    expect(await inbound()).toMatchObject([
      {
        type: 'message',
        key: `webchat:shop:${visitorId}`,
        contact: { externalId: visitorId, locale: 'th-TH' },
        parts: [{ type: 'text', text: 'Is it <b>waterproof</b>?' }],
        providerMessageId: `${visitorId}:client-id-1`,
        receivedAt: now,
      },
    ]);

    await command(visitorId, { type: 'typing' });
    await until(() => widget.frames.some((f) => f.type === 'typing'));
    await reply(visitorId, 'm1', words('Yes.'), {
      type: 'choice',
      text: 'Which one?',
      options: [{ id: 'a', label: 'Red' }],
    });
    await until(() => widget.entries().length === 3);
    expect(widget.entries().map(({ n, from, text }) => [n, from, text])).toEqual([
      [1, 'visitor', 'Is it <b>waterproof</b>?'],
      [2, 'shop', 'Yes.'],
      [3, 'shop', 'Which one?'],
    ]);
    expect(widget.entries()[2]!.options).toEqual([{ id: 'a', label: 'Red' }]);
    await until(async () => (await told('outcome')).length === 1);
    expect(await told('outcome')).toMatchObject([
      { messageId: 'm1', outcome: 'sent', providerMessageIds: [`${visitorId}:2`, `${visitorId}:3`] },
    ]);

    widget.tell({ type: 'receipt', state: 'delivered', upTo: 3 });
    widget.tell({ type: 'receipt', state: 'read', upTo: 3 });
    widget.tell({ type: 'receipt', state: 'read', upTo: 3 });
    widget.tell({ type: 'message', id: 'client-id-2', n: 3, optionId: 'a' });
    await until(async () => (await told('postback')).length === 1);
    expect(await told('receipt', 'postback')).toMatchObject([
      { type: 'receipt', state: 'delivered', messageId: 'm1', providerMessageId: `${visitorId}:3` },
      { type: 'receipt', state: 'read', messageId: 'm1' },
      { type: 'postback', optionId: 'a', label: 'Red', providerMessageId: `${visitorId}:3` },
    ]);
  });

  it('resumes after a break with everything once, also what another process sent', async () => {
    const url = await replica();
    const other = await replica({}, false);
    const { visitorId, token } = await enter(other);
    const first = await connect(other, token);
    await reply(visitorId, 'm1', words('one'));
    await until(() => first.entries().length === 1, 'what the other process sent');
    first.socket.close();
    for (let i = 2; i <= 230; i += 1) await reply(visitorId, `m${i}`, words(`no ${i}`));
    await until(async () => {
      now += 1000;
      return (await bus.read(inboundTopic('webchat'), 0, 0n, 1000)).length === 230;
    }, 'every message being sent');
    const second = await connect(url, token, 1);
    expect(second.entries().map((f) => f.n)).toEqual(Array.from({ length: 229 }, (_, i) => i + 2));
    expect(second.frames.at(-1)!.type).toBe('ready');
  });

  it('stores a piece once, however often it is sent', async () => {
    const context = {
      chat: 'v'.repeat(22),
      key: 'k' as never,
      messageId: 'm1' as MessageId,
      attempt: 0,
      idempotencyKey: 'i',
      signal: AbortSignal.timeout(1000),
    };
    const list: unknown[] = [];
    const storage = {
      get: async () => undefined,
      put: async () => undefined,
      append: async (_: string, value: unknown) => list.push(value),
      appendAt: async (_: string, n: number, value: unknown) => n === list.length + 1 && list.push(value) > 0,
      read: async (_: string, after: number) => list.map((value, i) => ({ n: i + 1, value })).slice(after),
    };
    const open = () =>
      webchat.open({
        channel: 'webchat',
        account: 'shop',
        settings: { origins: ['*'] },
        clock: { now: () => now },
        log: { info: () => undefined, warn: () => undefined, error: () => undefined },
        fetch: () => Promise.reject(new Error('unused')),
        storage,
        accept: async () => undefined,
      });
    const [one, two] = [open(), open()];
    const piece = { n: 0, of: 1, part: { type: 'text', text: 'hi' } } as const;
    const ids = [
      await Promise.all([one.send(piece, context), one.send(piece, context)]),
      await two.send(piece, context),
    ]
      .flat()
      .flatMap((r) => r.providerMessageIds);
    expect(new Set(ids).size).toBe(1);
    expect(list).toHaveLength(1);
    await one.send(piece, { ...context, attempt: 1 });
    expect(list).toHaveLength(2);
    // Two processes at the same moment.
    await Promise.all([one, two].map((process) => process.send(piece, { ...context, attempt: 2 })));
    expect(list).toHaveLength(3);
    await expect(one.send(piece, { ...context, chat: 'nobody' })).rejects.toMatchObject({
      kind: 'rejected',
      delivered: 'no',
    });
    await Promise.all([one.close!(), two.close!()]);
  });
});

describe('a delivery that nobody knows the outcome of', () => {
  it('becomes sent when the visitor says it is there', async () => {
    // A process that stored the entry and died before it could say so.
    const { visitorId, token } = await enter(await replica({}, false));
    const dead = 'elsewhere/1/x';
    const base = { channel: 'webchat', account: 'shop', key: `webchat:shop:${visitorId}` as never, at: now };
    await store.collection(deliveries).insert({
      _id: 'm1:0:0',
      ...base,
      chat: visitorId,
      messageId: 'm1' as MessageId,
      attempt: 0,
      n: 0,
      of: 1,
      piece: { n: 0, of: 1, part: { type: 'text', text: 'Yes.' } },
      state: 'claimed',
      stage: 'open',
      order: 0,
      tries: 0,
      dueAt: now,
      expiresAt: now + 60_000,
      instance: dead,
      providerMessageIds: [],
    });
    const entry = { key: 'out:m1:0:0', from: 'shop', at: now, text: 'Yes.', messageId: 'm1', last: true };
    const list = `webchat:shop:thread:${visitorId}`;
    await store.collection(connectorLists).insert({ _id: `${list}:1`, list, n: 1, value: entry });

    const url = await replica();
    await until(async () => (await told('outcome')).length === 1, 'the outcome');
    expect(await told('outcome')).toMatchObject([{ messageId: 'm1', outcome: 'unknown' }]);
    const widget = await connect(url, token);
    expect(widget.entries()).toMatchObject([{ n: 1, text: 'Yes.' }]);
    widget.tell({ type: 'receipt', state: 'delivered', upTo: 1 });
    await until(async () => (await told('outcome')).length === 2, 'the second outcome');
    widget.tell({ type: 'receipt', state: 'read', upTo: 1 });
    await until(async () => (await told('receipt')).length === 2, 'both receipts');
    expect(await told('outcome')).toMatchObject([
      { outcome: 'unknown' },
      { messageId: 'm1', outcome: 'sent', providerMessageIds: [`${visitorId}:1`] },
    ]);
    expect(await store.collection(deliveries).get('m1:0:0')).toMatchObject({ state: 'sent', resolvedAt: now });
  });
});

describe('over HTTP alone', () => {
  it('waits for what is to come and makes one message of a repeated one', async () => {
    const url = await replica();
    const { visitorId, token } = await enter(url);
    const body = { id: 'client-id-1', text: 'Hello?' };
    busIsAway = true;
    expect((await ask(url, 'POST', '/messages', { token, body })).status).toBe(503);
    busIsAway = false;
    for (let i = 0; i < 3; i += 1)
      expect(await ask(url, 'POST', '/messages', { token, body })).toMatchObject({
        status: 200,
        body: { id: 'client-id-1', n: 1 },
      });
    expect(await inbound()).toHaveLength(1);

    const waiting = ask(url, 'GET', '/messages?after=1', { token });
    await reply(visitorId, 'm1', words('Hi there'));
    expect((await waiting).body).toMatchObject({ entries: [{ n: 2, from: 'shop', text: 'Hi there' }] });
    expect((await ask(url, 'GET', '/messages?after=0', { token })).body).toMatchObject({
      entries: [{ n: 1, from: 'visitor', id: 'client-id-1' }, { n: 2 }],
    });
    expect((await ask(url, 'POST', '/receipts', { token, body: { state: 'read', upTo: 2 } })).status).toBe(204);
    expect(await told('receipt')).toMatchObject([{ state: 'read', messageId: 'm1' }]);
  });

  it('refuses what it does not understand', async () => {
    const url = await replica();
    const { token } = await enter(url);
    const post = async (body: unknown) => (await ask(url, 'POST', '/messages', { token, body })).status;
    const id = 'client-id-1';
    for (const body of [
      null,
      [],
      { id, text: ' ' },
      { id: 'x', text: 'hi' },
      { id, text: 'x'.repeat(4001) },
      { id, n: 1, optionId: 'made up' },
    ])
      expect(await post(body)).toBe(400);
    expect((await ask(url, 'GET', '/messages?after=-1', { token })).status).toBe(400);
    expect(await inbound()).toEqual([]);
  });
});

describe('who may', () => {
  it("answers 401 without the visitor's own token and stores nothing", async () => {
    const url = await replica();
    const [a, b] = [await enter(url), await enter(url)];
    const forged = `${b.visitorId}.${a.token.split('.')[1]!}`;
    for (const token of [undefined, 'x', forged, `${a.token}x`, `${a.token}.`]) {
      const given = token === undefined ? {} : { token };
      const refused = await ask(url, 'POST', '/messages', { ...given, body: { id: 'client-id-1', text: 'hi' } });
      expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, SHOP]);
      expect((await ask(url, 'GET', '/messages', given)).status).toBe(401);
      await expect(connect(url, token ?? '')).rejects.toThrow('401');
    }
    expect((await ask(url, 'POST', '/session', { token: forged })).status).toBe(401);
    expect(await inbound()).toEqual([]);
  });

  it('knows a visitor again, in another process and after a restart', async () => {
    const visitor = await enter(await replica());
    expect((await ask(await replica({}, false), 'POST', '/session', { token: visitor.token })).body).toEqual({
      ...visitor,
      title: 'Shop',
      greeting: { en: 'Hello!' },
    });
    const signed = await replica({ secret: SECRET }, false);
    expect((await ask(signed, 'POST', '/session', { token: visitor.token })).status).toBe(401);
  });

  it('lets only the named origins in, and CORS names exactly them', async () => {
    const url = await replica();
    const { token } = await enter(url);
    const origin = 'https://evil.example';
    for (const [method, path] of [
      ['POST', '/session'],
      ['OPTIONS', '/messages'],
      ['GET', '/messages'],
    ] as const) {
      const refused = await ask(url, method, path, { token, origin });
      expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    }
    await expect(connect(url, token, 0, origin)).rejects.toThrow('403');
    await expect(connect(url, token, 0, 'null')).rejects.toThrow('403');
    const preflight = await ask(url, 'OPTIONS', '/messages');
    expect([
      preflight.status,
      preflight.headers.get('access-control-allow-origin'),
      preflight.headers.get('access-control-allow-headers'),
    ]).toEqual([204, SHOP, 'authorization, content-type']);
    expect((await ask(url, 'POST', '/session', { origin: new URL(url).origin })).status).toBe(201);
    expect((await ask(await replica({ origins: ['*'] }, false), 'POST', '/session', { origin })).status).toBe(201);
    expect(webchat.config.safeParse({ origins: ['https://shop.example/path'] }).success).toBe(false);
  });

  it('slows down who writes too fast, on both ways together', async () => {
    const url = await replica({ visitorBurst: 2, visitorPerSecond: 0.5 });
    const [a, b] = [await enter(url), await enter(url)];
    const widget = await connect(url, a.token);
    const post = (token: string, id: string) => ask(url, 'POST', '/messages', { token, body: { id, text: 'hi' } });
    expect((await post(a.token, 'client-id-1')).status).toBe(200);
    expect((await post(a.token, 'client-id-2')).status).toBe(200);
    expect(await post(a.token, 'client-id-3')).toMatchObject({
      status: 429,
      body: { error: { code: 'too_fast', retryAfterMs: 2000 } },
    });
    widget.tell({ type: 'message', id: 'client-id-4', text: 'hi' });
    await until(() => widget.frames.some((f) => f.type === 'refused'));
    expect(widget.frames.find((f) => f.type === 'refused')).toMatchObject({
      id: 'client-id-4',
      code: 'too_fast',
      retryAfterMs: 2000,
    });
    expect((await post(b.token, 'client-id-1')).status).toBe(200);
    now += 2000;
    expect((await post(a.token, 'client-id-3')).status).toBe(200);
    expect(await inbound()).toHaveLength(4);
  });
});

describe('the pages', () => {
  it('serves a small widget and a demo page that runs nothing else', async () => {
    const url = await replica();
    const widget = await ask(url, 'GET', '/widget.js');
    expect([widget.status, widget.headers.get('content-type'), widget.headers.get('x-content-type-options')]).toEqual([
      200,
      'text/javascript; charset=utf-8',
      'nosniff',
    ]);
    expect(Buffer.byteLength(String(widget.body))).toBeLessThan(20_480);
    expect(String(widget.body)).not.toMatch(/innerHTML|insertAdjacentHTML|\beval\b/);
    const demo = await ask(url, 'GET', '/demo.html?lang=ar');
    expect(String(demo.body)).toContain('<html lang="ar" dir="rtl">');
    expect(demo.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self'; .*frame-ancestors 'self' https:\/\/shop.example$/,
    );
    expect((await ask(url, 'GET', '/demo.html?lang=%22%3E%3Cscript%3E')).status).toBe(400);
  });
});
