import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type CanActivate, Controller, Get, type INestApplication, Injectable, Module } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { Telegraf } from 'telegraf';
import { SIMULATOR, SimulatorModule } from './simulator.module.ts';
import type { Simulator } from './create-simulator.ts';

const TOKEN = '4714:module-token';

@Injectable()
class DenyAll implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

@Controller()
class Hub {
  @Get('bots/list')
  list(): string {
    return 'never';
  }
}

describe('the simulator within an app', () => {
  let app: INestApplication;
  let url: string;
  let data: string;
  let simulator: Simulator;

  async function open(): Promise<void> {
    @Module({
      imports: [
        SimulatorModule.register({
          dataDir: data,
          logFile: join(data, 'truth.jsonl'),
          bots: [{ token: TOKEN, username: 'module_bot' }],
        }),
      ],
      controllers: [Hub],
      providers: [{ provide: APP_GUARD, useClass: DenyAll }],
    })
    class App {}
    app = await NestFactory.create(App, { logger: false, bodyParser: false });
    await app.listen(0, '127.0.0.1');
    url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
    simulator = app.get<Simulator>(SIMULATOR);
  }
  beforeEach(async () => {
    data = mkdtempSync(join(tmpdir(), 'simulator-'));
    await open();
  });
  afterEach(async () => {
    await app.close();
    rmSync(data, { recursive: true });
  });

  async function ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await fetch(`${url}/sim/api${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  it('answers below a prefix, with and without a final slash, outside of the app’s guards and nothing else of it', async () => {
    for (const root of [`${url}/sim/telegram/`, `${url}/sim/telegram`, `${url}/`]) {
      expect(await new Telegraf(TOKEN, { telegram: { apiRoot: root } }).telegram.getMe()).toMatchObject({
        username: 'module_bot',
      });
    }
    expect((await fetch(`${url}/bots/list`)).status).toBe(403);
    const page = await fetch(`${url}/sim/`);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect((await fetch(`${url}/sim`, { redirect: 'manual' })).headers.get('location')).toBe('/sim/');
    expect((await fetch(`${url}/sim/phones.js`)).status).toBe(200);
  });

  it('plays a customer over the control API', async () => {
    expect((await ask('GET', '/')).body).toMatchObject({
      channels: ['telegram'],
      bots: [{ id: 4714, username: 'module_bot', webhook: { url: '' } }],
    });
    const made = await ask('POST', '/telegram/phones', { name: 'Fahad Al Harbi', languageCode: 'ar', country: 'SA' });
    expect(made).toMatchObject({ status: 201, body: { firstName: 'Fahad', lastName: 'Al Harbi', country: 'SA' } });
    const chat = `/telegram/module_bot/phones/${String(made.body['id'])}`;
    expect(await ask('POST', `${chat}/messages`, { text: 'البث يتقطع' })).toMatchObject({
      status: 201,
      body: { message: { message_id: 1, text: 'البث يتقطع' }, delivered: false },
    });
    expect(await ask('POST', `${chat}/messages`, { photo: { base64: 'aGFsbG8=' }, caption: 'foto' })).toMatchObject({
      status: 201,
      body: { message: { photo: [{ file_size: 5 }], caption: 'foto' } },
    });
    expect(await ask('PATCH', `${chat}/messages/1`, { text: 'البث توقف' })).toMatchObject({ status: 200 });
    expect(await ask('PUT', `${chat}/messages/1/reaction`, { emojis: ['👍'] })).toMatchObject({ status: 200 });
    expect(await ask('PUT', `${chat}/blocked`, { blocked: true })).toEqual({ status: 200, body: { blocked: true } });
    expect((await ask('GET', `${chat}/thread`)).body).toMatchObject({
      blocked: true,
      entries: [{ by: 'customer', message: { text: 'البث توقف' } }, { by: 'customer' }],
    });
    const log = (await ask('GET', '/log?kind=update&since=0')).body['entries'] as { update: Record<string, unknown> }[];
    expect(log.map((e) => Object.keys(e.update)[1])).toEqual([
      'message',
      'message',
      'edited_message',
      'my_chat_member',
    ]);
    const lines = readFileSync(join(data, 'truth.jsonl'), 'utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(simulator.truth.since(0));
  });

  it('says what is wrong with a request, and refuses pages of other sites', async () => {
    expect(await ask('POST', '/telegram/phones', { name: '' })).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('name') },
    });
    expect(
      await ask('POST', '/telegram/module_bot/phones/9001/messages', { text: 'a', voice: { url: 'http://x/y' } }),
    ).toMatchObject({ status: 400, body: { error: expect.stringContaining('exactly one of') } });
    expect(await ask('POST', '/telegram/nobody/phones/9001/messages', { text: 'a' })).toMatchObject({
      status: 404,
      body: { error: expect.stringContaining('module_bot') },
    });
    expect(await ask('GET', '/telegram/module_bot/phones/5/thread')).toMatchObject({ status: 404 });
    expect(await ask('PUT', '/knobs', { latency: 5 })).toMatchObject({ status: 400 });
    expect(await ask('GET', '/nothing')).toMatchObject({ status: 404 });
    expect(await ask('GET', '/', undefined, { 'sec-fetch-site': 'cross-site' })).toMatchObject({ status: 403 });
  });

  it('takes a batch, and streams what happens', async () => {
    const stream = await fetch(`${url}/sim/api/stream`);
    expect(
      await ask('POST', '/telegram/module_bot/batch', {
        messages: [
          { phone: 501, text: 'a' },
          { phone: 502, text: 'b' },
        ],
      }),
    ).toMatchObject({ status: 202, body: { accepted: 2 } });
    const reader = stream.body!.getReader();
    let seen = '';
    while (!seen.includes('"text":"b"')) seen += new TextDecoder().decode((await reader.read()).value);
    expect(seen).toContain('data: {"type":"thread","channel":"telegram","bot":4714,"phone":501');
    await new Telegraf(TOKEN, { telegram: { apiRoot: url } }).telegram.sendMessage(501, 'from the bot');
    while (!seen.includes('from the bot')) seen += new TextDecoder().decode((await reader.read()).value);
    expect(seen).toContain('"by":"bot"');
    // The open stream does not hold up the end of the app.
  });

  it('keeps chats, phones, files and what was not delivered over a restart', async () => {
    const customer = simulator.telegram.customer('module_bot', 9001);
    const { message } = await customer.send({ photo: { base64: 'aGFsbG8=' } });
    const fileId = (message['photo'] as { file_id: string }[])[0]!.file_id;
    const waiting = [...simulator.telegram.bot('module_bot').updates.all()].map((p) => p.update);
    await app.close();
    await open();
    const telegram = new Telegraf(TOKEN, { telegram: { apiRoot: url } }).telegram;
    const updates = await telegram.getUpdates(0, 10, 0, undefined);
    expect(updates).toEqual(waiting);
    expect(await (await fetch(await telegram.getFileLink(fileId))).text()).toBe('hallo');
    expect(await telegram.sendMessage(9001, 'masih di sini')).toMatchObject({ message_id: 2 });
    await telegram.getUpdates(0, 10, updates[0]!.update_id + 1, undefined);
    expect(simulator.telegram.customer('module_bot', 9001).thread.all()[0]).toMatchObject({ delivered: true });
  });
});
