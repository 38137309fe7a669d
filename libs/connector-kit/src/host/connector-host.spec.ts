import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { Controller, Module, Post, Body, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Bus, TransientError } from '#libs/bus';
import type { InboundEvent, InboundOf } from '#libs/contracts';
import { endKeepAlive } from '#libs/platform';
import { ignored, type ConnectorInstance, type WebhookRequest } from '../connector.ts';
import { MalformedError, SignatureError } from '../errors.ts';
import { inboundBase } from '../inbound-base.ts';
import {
  ACCOUNT,
  type Bench,
  CHANNEL,
  fakeConnector,
  openBench,
  quietLog,
  sendCommand,
  until,
} from '../testing/bench-of-one.ts';
import { ConnectorHost, type ConnectorHostOptions } from './connector-host.ts';
import { ConnectorHostModule } from './connector-host.module.ts';

@Controller('other')
class OtherController {
  @Post()
  echo(@Body() body: unknown): unknown {
    return body;
  }
}

@Module({ controllers: [OtherController] })
class OtherModule {}

let bench: Bench;
let app: INestApplication;
let url: string;

const base = (id: string, request: WebhookRequest) =>
  inboundBase({ channel: CHANNEL, account: ACCOUNT, providerEventId: id, chat: 'c1', receivedAt: request.receivedAt });

/** Signed with `x-key: open`; says what became of each word of the body. */
const instance: Partial<ConnectorInstance> = {
  webhook: {
    verify(request) {
      if (request.headers['x-key'] !== 'open') throw new SignatureError('wrong key');
    },
    parse(request) {
      let words: unknown;
      try {
        words = JSON.parse(request.rawBody.toString());
      } catch {
        throw new MalformedError('not JSON');
      }
      return (words as string[]).map((word) => {
        if (word === 'poll') return ignored('poll');
        if (word.startsWith('kind:')) return ignored(word);
        if (word === 'boom') throw new TypeError('cannot read this');
        return {
          ...base(word, request),
          ...(word === 'before time' ? { providerTime: -1 } : {}),
          type: 'message',
          contact: { externalId: 'u1' },
          providerMessageId: word,
          parts: [{ type: 'text', text: word }],
          trustedTime: false,
        };
      });
    },
  },
  routes: [
    {
      method: 'POST',
      path: '/visits/:id',
      handler: ({ params, query, rawBody }) => ({
        status: 201,
        body: { id: params.id, q: query.get('q'), size: rawBody.length },
      }),
    },
    { method: 'GET', path: '/page', handler: () => ({ status: 200, body: 'here' }) },
  ],
  upgrade: (_request, socket) =>
    void socket.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: test\r\n\r\nhello'),
};

async function serve(options: Partial<ConnectorHostOptions> = {}): Promise<ConnectorHost> {
  const accounts = [{ channel: CHANNEL, account: ACCOUNT, settings: {} }];
  const all = {
    bus: bench.bus,
    store: bench.store,
    clock: bench.time,
    logger: quietLog,
    accounts,
    connectors: [fakeConnector(instance)],
    ...options,
  };
  @Module({ imports: [ConnectorHostModule.forAccounts(all), OtherModule] })
  class App {}
  app = await NestFactory.create(App, { logger: false });
  await app.listen(0, '127.0.0.1');
  url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  return app.get(ConnectorHost);
}

/** The bench's bus, except for what it says to a publish. */
const publishingBy = (publish: () => Promise<void>): Bus => ({
  publish,
  ensureTopics: (topics) => bench.bus.ensureTopics(topics),
  consume: (options) => bench.bus.consume(options),
  lag: (group, topics) => bench.bus.lag(group, topics),
  read: (...args) => bench.bus.read(...args),
  health: () => bench.bus.health(),
  close: () => bench.bus.close(),
});

const post = (path: string, body: string, headers: Record<string, string> = { 'x-key': 'open' }) =>
  fetch(url + path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
const hook = `/webhooks/${CHANNEL}/${ACCOUNT}`;

beforeEach(async () => {
  bench = await openBench();
});
afterEach(async () => {
  await app.close();
  await bench.close();
});

describe('webhooks', () => {
  it('publishes what it parsed, in order, and then says 200', async () => {
    await serve();
    const answer = await post(hook, '["one","two"]');
    expect(answer.status).toBe(200);
    expect((await bench.inbound()).map((e) => (e.type === 'message' ? e.providerMessageId : e.type))).toEqual([
      'one',
      'two',
    ]);
  });

  it('answers 401 to a wrong signature and stores nothing, whatever the body', async () => {
    await serve();
    expect((await post(hook, '["one"]', { 'x-key': 'wrong' })).status).toBe(401);
    expect((await post(hook, 'not json', {})).status).toBe(401);
    expect(await bench.inbound()).toEqual([]);
  });

  it('answers 400, 404, 405 and 413', async () => {
    await serve();
    expect((await post(hook, '{"a":')).status).toBe(400);
    expect((await post(`/webhooks/${CHANNEL}/nobody`, '[]')).status).toBe(404);
    expect((await post('/webhooks/nothing/main', '[]')).status).toBe(404);
    expect((await fetch(url + hook)).status).toBe(405);
    expect((await post(hook, JSON.stringify(['x'.repeat(1_048_576)]))).status).toBe(413);
    expect(await bench.inbound()).toEqual([]);
  });

  it('stops reading a chunked body at the limit', async () => {
    await serve({ limits: { maxBodyBytes: 1000 } });
    const body = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 20; i += 1) controller.enqueue(new TextEncoder().encode('x'.repeat(100)));
        controller.close();
      },
    });
    const init = { method: 'POST', body, headers: { 'x-key': 'open' }, duplex: 'half' } as RequestInit;
    expect((await fetch(url + hook, init)).status).toBe(413);
  });

  it('keeps what the parser choked on, and answers 200', async () => {
    await serve();
    expect((await post(hook, '["boom"]')).status).toBe(200);
    const [event] = await bench.inbound();
    expect(event).toMatchObject({
      type: 'unparsed',
      raw: '["boom"]',
      reason: 'TypeError: cannot read this',
      key: `${CHANNEL}:${ACCOUNT}:unparsed`,
    });
  });

  it('counts what is ignored', async () => {
    const host = await serve();
    await post(hook, '["poll","poll"]');
    await post(hook, '["poll"]');
    expect(await bench.inbound()).toEqual([]);
    expect(await host.ignoredCounts()).toMatchObject([{ channel: CHANNEL, account: ACCOUNT, kind: 'poll', count: 3 }]);
  });

  it('counts a flood of invented kinds under one name', async () => {
    const host = await serve();
    await post(hook, JSON.stringify(Array.from({ length: 300 }, (_, i) => `kind:${i}`)));
    await post(hook, JSON.stringify([`kind:${'x'.repeat(100)}`]));
    const counts = await host.ignoredCounts();
    expect(counts).toHaveLength(201);
    expect(counts.find(({ kind }) => kind === 'other')?.count).toBe(101);
  });

  it('keeps an event that does not fit the contract as unparsed, where the core would drop it', async () => {
    await serve();
    expect((await post(hook, '["before time"]')).status).toBe(200);
    const [event] = (await bench.inbound()) as InboundEvent[];
    expect(event).toMatchObject({ type: 'unparsed', key: `${CHANNEL}:${ACCOUNT}:unparsed` });
    expect((event as InboundOf<'unparsed'>).reason).toContain('providerTime');
    expect(event?.raw).toContain('"text":"before time"');
  });

  it('asks to come again when the bus refuses or is silent', async () => {
    let answer: () => Promise<void> = () => Promise.reject(new TransientError('the bus is away'));
    const bus = publishingBy(() => answer());
    await serve({ bus, limits: { publishTimeoutMs: 20 } });
    const refused = await post(hook, '["one"]');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    answer = () => new Promise(() => undefined);
    expect((await post(hook, '["one"]')).status).toBe(503);
  });

  it('asks to come again when too many requests are in flight', async () => {
    let letGo: () => void = () => undefined;
    const bus = publishingBy(() => new Promise<void>((resolve) => (letGo = resolve)));
    const host = await serve({ bus, limits: { maxInFlight: 1 } });
    const first = post(hook, '["one"]');
    await until(() => host.inFlight === 1);
    const second = await post(hook, '["two"]');
    expect([second.status, second.headers.get('retry-after')]).toEqual([503, '1']);
    letGo();
    expect((await first).status).toBe(200);
  });
});

describe('back-pressure', () => {
  it('bounds the bytes in flight, also of bodies that do not say how long they are', async () => {
    let letGo: () => void = () => undefined;
    const bus = publishingBy(() => new Promise<void>((resolve) => (letGo = resolve)));
    const host = await serve({ bus, limits: { maxInFlightBytes: 1000, maxBodyBytes: 900 } });
    const first = post(hook, JSON.stringify(['x'.repeat(600)]));
    await until(() => host.inFlight === 1);
    const second = await post(hook, JSON.stringify(['y'.repeat(600)]));
    expect([second.status, second.headers.get('retry-after')]).toEqual([503, '1']);
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('["z"]'));
        controller.close();
      },
    });
    const init = { method: 'POST', body, headers: { 'x-key': 'open' }, duplex: 'half' } as RequestInit;
    expect((await fetch(url + hook, init)).status).toBe(503);
    letGo();
    expect((await first).status).toBe(200);
    await until(() => host.inFlight === 0);
  });

  it('takes nothing in while the intake is shut, by any way, and everything afterwards', async () => {
    let isOpen = false;
    const intake = { open: () => isOpen, reason: () => 'the disk is nearly full' };
    await serve({ intake });
    expect((await post(hook, '["one"]')).status).toBe(503);
    expect((await post(`/${CHANNEL}/${ACCOUNT}/visits/1`, 'x')).status).toBe(503);
    expect((await fetch(`${url}/${CHANNEL}/${ACCOUNT}/page`)).status).toBe(200);
    isOpen = true;
    expect((await post(hook, '["one"]')).status).toBe(200);
    expect(await bench.inbound()).toHaveLength(1);
  });

  it('gives up on a body that comes in dribs', async () => {
    const host = await serve({ limits: { readTimeoutMs: 30 } });
    const { port } = app.getHttpServer().address() as AddressInfo;
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.1', () =>
        socket.write(`POST ${hook} HTTP/1.1\r\nhost: x\r\nx-key: open\r\ncontent-length: 50\r\n\r\n["o`),
      );
      let text = '';
      socket.on('data', (chunk) => (text += String(chunk))).on('close', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
    expect(host.inFlight).toBe(0);
  });
});

describe('the application around it', () => {
  it('hands nothing of a webhook to Express, and still ends its connections when it stops', async () => {
    await serve();
    const names = async (path: string) => [...(await post(path, '[]')).headers.keys()];
    expect(await names('/other')).toContain('x-powered-by');
    expect(await names(hook)).not.toContain('x-powered-by');
    endKeepAlive(app.getHttpServer());
    const { port } = app.getHttpServer().address() as AddressInfo;
    for (const path of ['/other', hook]) {
      const head = `POST ${path} HTTP/1.1\r\nhost: x\r\nx-key: open\r\ncontent-type: application/json\r\n`;
      const answer = await new Promise<string>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => socket.write(`${head}content-length: 2\r\n\r\n[]`));
        let text = '';
        socket.on('data', (chunk) => (text += String(chunk))).on('close', () => resolve(text));
      });
      expect(answer).toMatch(/^HTTP\/1.1 20[01] [^]*\r\nconnection: close\r\n/i);
    }
  });

  it('still parses bodies and has its own routes', async () => {
    await serve();
    const answer = await post('/other', '{"a":1}');
    expect(await answer.json()).toEqual({ a: 1 });
  });

  it('serves routes and upgrades of a connector', async () => {
    await serve();
    const answer = await post(`/${CHANNEL}/${ACCOUNT}/visits/a%20b?q=1`, 'body');
    expect([answer.status, await answer.json()]).toEqual([201, { id: 'a b', q: '1', size: 4 }]);
    expect((await post(`/${CHANNEL}/${ACCOUNT}/nothing`, '')).status).toBe(404);
    const { port } = app.getHttpServer().address() as AddressInfo;
    const asked = await fetch(`http://127.0.0.1:${port}/${CHANNEL}/${ACCOUNT}/page`, { method: 'HEAD' });
    expect([asked.status, asked.headers.get('content-length'), await asked.text()]).toEqual([200, '4', '']);
    const told = await new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.1', () =>
        socket.write(
          `GET /${CHANNEL}/${ACCOUNT}/socket HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: test\r\n\r\n`,
        ),
      );
      let text = '';
      socket.on('data', (chunk) => (text += String(chunk))).on('end', () => resolve(text));
    });
    expect(told).toMatch(/^HTTP\/1.1 101 .*hello$/s);
  });

  it('delivers, registers until it succeeds, and runs a session under the lease until it closes', async () => {
    const seen: string[] = [];
    const host = await serve({
      connectors: [
        fakeConnector({
          send: (_, { messageId }) => {
            seen.push(messageId);
            return Promise.resolve({ providerMessageIds: ['p'] });
          },
          start: () => Promise.resolve(void seen.push('start')),
          session: (signal) =>
            new Promise((resolve) => {
              seen.push('session');
              signal.addEventListener('abort', () => resolve(void seen.push('ended')));
            }),
        }),
      ],
    });
    await until(() => seen.includes('session') && host.ready());
    await bench.publish(sendCommand(bench.time, 'c', 'm1'));
    await until(async () => (await bench.outcomes()).length === 1);
    await app.close();
    expect(seen).toEqual(['start', 'session', 'm1', 'ended']);
  });

  it('names every account that cannot be opened', async () => {
    await serve();
    const connectors = [fakeConnector()];
    const accounts = [
      { channel: 'nosuch', account: 'a', settings: {} },
      { channel: 'nosuch', account: 'b', settings: {} },
    ];
    const make = () =>
      new ConnectorHost({
        bus: bench.bus,
        store: bench.store,
        clock: bench.time,
        logger: quietLog,
        accounts,
        connectors,
      });
    expect(make).toThrow(/nosuch\/a: no connector[^]*nosuch\/b: no connector/);
  });
});
