import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Telegraf, type Telegram } from 'telegraf';
import { createSimulator, type Simulator } from '../create-simulator.ts';
import type { Bot } from './bot.ts';
import { cappedDelaySeconds } from './retry-delay.ts';
import type { Update } from './types.ts';

const TOKEN = '4712:hook-token';

interface Hook {
  url: string;
  server: Server;
  seen: { update: Update; headers: IncomingHttpHeaders; at: number }[];
  /** How many requests were open at once, at most. */
  widest: number;
  /** The status for an update; a promise holds the request. */
  answer: (update: Update) => number | { status: number; retryAfter?: number; body?: string } | Promise<number>;
}

async function openHook(): Promise<Hook> {
  let open = 0;
  const hook = { seen: [], widest: 0, answer: () => 200 } as unknown as Hook;
  hook.server = createServer(async (request, response) => {
    hook.widest = Math.max(hook.widest, ++open);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const update = JSON.parse(Buffer.concat(chunks).toString()) as Update;
    hook.seen.push({ update, headers: request.headers, at: performance.now() });
    const answer = await hook.answer(update);
    open--;
    const { status, retryAfter, body } =
      typeof answer === 'number'
        ? { status: answer, retryAfter: undefined, body: undefined }
        : { retryAfter: undefined, body: undefined, ...answer };
    if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter);
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => hook.server.listen(0, '127.0.0.1', resolve));
  hook.url = `http://127.0.0.1:${(hook.server.address() as AddressInfo).port}/hook`;
  return hook;
}

async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 4000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited in vain for ${condition.toString()}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const textOf = (update: Update): string => (update['message'] as { text: string } | undefined)?.text ?? '';

describe('webhook delivery', () => {
  let simulator: Simulator;
  let hook: Hook;
  let api: Telegram;
  let bot: Bot;
  let now = 1_700_000_000_000;

  beforeEach(async () => {
    hook = await openHook();
    simulator = createSimulator({
      clock: { now: () => now },
      bots: [{ token: TOKEN, username: 'hook_bot' }],
      knobs: { retryScale: 0.01 },
    });
    for (const id of [1, 2, 3]) simulator.telegram.createPhone({ id, name: `Customer ${id}` });
    api = new Telegraf(TOKEN, { telegram: { apiRoot: await simulator.listen() } }).telegram;
    bot = simulator.telegram.bot('hook_bot');
  });
  afterEach(async () => {
    await simulator.close();
    hook.server.closeAllConnections();
    await new Promise((resolve) => hook.server.close(resolve));
  });
  const say = (phone: number, text: string): number =>
    simulator.telegram.customer(bot, phone).say(text).message.message_id;

  it('delivers in order, with the secret, also what waited before the webhook was set', async () => {
    say(1, 'a');
    await api.setWebhook(hook.url, { secret_token: 'S3cret_-' });
    say(1, 'b');
    say(1, 'c');
    await until(() => bot.updates.size === 0);
    expect(hook.seen.map((s) => textOf(s.update))).toEqual(['a', 'b', 'c']);
    const ids = hook.seen.map((s) => s.update.update_id);
    expect(ids).toEqual([ids[0], ids[0]! + 1, ids[0]! + 2]);
    expect(hook.seen.map((s) => s.headers['x-telegram-bot-api-secret-token'])).toEqual(Array(3).fill('S3cret_-'));
    expect(
      simulator.telegram
        .customer(bot, 1)
        .thread.all()
        .every((e) => e.delivered === true),
    ).toBe(true);
  });

  it('sends a failed update again at once, then ever later, and holds up its own chat only', async () => {
    let failing = true;
    simulator.knobs.set({ retryScale: 0.1 });
    hook.answer = (update) => (failing && textOf(update).startsWith('bad') ? 500 : 200);
    await api.setWebhook(hook.url);
    const messageId = say(1, 'bad');
    say(1, 'behind');
    say(2, 'other chat');
    simulator.telegram.customer(bot, 1).setBlocked(true);
    await until(() => hook.seen.filter((s) => textOf(s.update) === 'bad').length === 4);
    expect(hook.seen.some((s) => textOf(s.update) === 'other chat')).toBe(true);
    expect(hook.seen.some((s) => s.update['my_chat_member'] !== undefined)).toBe(true);
    expect(hook.seen.some((s) => textOf(s.update) === 'behind')).toBe(false);
    const tries = hook.seen.filter((s) => textOf(s.update) === 'bad').map((s) => s.at);
    expect(tries[1]! - tries[0]!).toBeLessThan(190);
    expect(tries[2]! - tries[1]!).toBeGreaterThan(190);
    expect(tries[3]! - tries[2]!).toBeGreaterThan(390);
    expect(await api.getWebhookInfo()).toMatchObject({
      url: hook.url,
      pending_update_count: 2,
      max_connections: 40,
      last_error_message: 'Wrong response from the webhook: 500 Internal Server Error',
    });
    failing = false;
    await until(() => bot.updates.size === 0);
    expect(
      hook.seen
        .map((s) => textOf(s.update))
        .filter((t) => t !== '')
        .at(-1),
    ).toBe('behind');
    expect(new Set(hook.seen.filter((s) => textOf(s.update) === 'bad').map((s) => s.update.update_id)).size).toBe(1);
    expect(messageId).toBe(1);
  });

  it('doubles its pauses up to a minute or two', () => {
    expect([1, 2, 3, 4, 5, 6].map((n) => cappedDelaySeconds(n))).toEqual([0, 2, 4, 8, 16, 32]);
    expect([cappedDelaySeconds(30, () => 0), cappedDelaySeconds(30, () => 0.999)]).toEqual([60, 120]);
  });

  it('waits as long as Retry-After says', async () => {
    let first = true;
    hook.answer = () => {
      if (!first) return 200;
      first = false;
      return { status: 503, retryAfter: 10 };
    };
    await api.setWebhook(hook.url);
    say(1, 'a');
    await until(() => hook.seen.length === 2);
    expect(hook.seen[1]!.at - hook.seen[0]!.at).toBeGreaterThan(90);
  });

  it('keeps no more requests open than it may, and one per chat', async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    hook.answer = () => gate.then(() => 200);
    await api.setWebhook(hook.url, { max_connections: 2 });
    for (const phone of [1, 1, 2, 3]) say(phone, 'x');
    await until(() => hook.seen.length === 2);
    release();
    await until(() => bot.updates.size === 0);
    expect(hook.widest).toBe(2);
  });

  it('counts no attempt while nobody listens, and goes on when somebody does', async () => {
    const { port } = hook.server.address() as AddressInfo;
    hook.server.closeAllConnections();
    await new Promise((resolve) => hook.server.close(resolve));
    await api.setWebhook(hook.url);
    say(1, 'a');
    await until(() => simulator.truth.since(0, { kind: 'webhook-answer' }).length >= 5);
    await new Promise<void>((resolve) => hook.server.listen(port, '127.0.0.1', resolve));
    await until(() => bot.updates.size === 0);
    expect(simulator.truth.since(0, { kind: 'webhook-answer' }).map((e) => e['attempt'])).toEqual(
      simulator.truth.since(0, { kind: 'webhook-answer' }).map(() => 1),
    );
    expect(hook.seen).toHaveLength(1);
  });

  it('sends duplicates at the same time when asked to', async () => {
    simulator.knobs.set({ duplicateWebhook: 2 });
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    hook.answer = () => gate.then(() => 200);
    await api.setWebhook(hook.url);
    say(1, 'a');
    await until(() => hook.seen.length === 3);
    expect(new Set(hook.seen.map((s) => s.update.update_id)).size).toBe(1);
    release();
    await until(() => bot.updates.size === 0);
    expect([hook.widest, hook.seen.length]).toEqual([3, 3]);
  });

  it('drops what is older than a day', async () => {
    say(1, 'old');
    now += 24 * 3_600_000 + 1;
    say(1, 'new');
    await api.setWebhook(hook.url);
    await until(() => bot.updates.size === 0);
    expect(hook.seen.map((s) => textOf(s.update))).toEqual(['new']);
  });

  it('gives a webhook up that has been gone for 23 hours', async () => {
    hook.answer = () => 410;
    await api.setWebhook(hook.url);
    say(1, 'a');
    await until(() => hook.seen.length >= 2);
    expect((await api.getWebhookInfo()).url).toBe(hook.url);
    now += 23 * 3_600_000 + 1;
    await until(() => bot.webhook === undefined);
    expect(await api.getWebhookInfo()).toMatchObject({ url: '', pending_update_count: 1 });
  });

  it('sends reactions only to a bot that names them, and runs a call in the answer', async () => {
    await api.setWebhook(hook.url);
    const id = say(1, 'a');
    simulator.telegram.customer(bot, 1).react(id, ['👍']);
    await until(() => bot.updates.size === 0);
    hook.answer = () => ({
      status: 200,
      body: JSON.stringify({ method: 'sendMessage', chat_id: 1, text: 'from the answer' }),
    });
    await api.setWebhook(hook.url, { allowed_updates: ['message', 'message_reaction'] });
    simulator.telegram.customer(bot, 1).react(id, ['🔥']);
    await until(() =>
      simulator.telegram
        .customer(bot, 1)
        .thread.all()
        .some((e) => e.message.text === 'from the answer'),
    );
    expect(hook.seen).toHaveLength(2);
    const reactions = hook.seen.filter((s) => s.update['message_reaction'] !== undefined);
    expect(reactions).toHaveLength(1);
    expect(reactions[0]!.update['message_reaction']).toMatchObject({
      old_reaction: [{ emoji: '👍' }],
      new_reaction: [{ emoji: '🔥' }],
    });
  });

  it('refuses what cannot be a webhook, and drops what waits when told to', async () => {
    say(1, 'a');
    await expect(api.setWebhook('ftp://x')).rejects.toMatchObject({
      description: 'Bad Request: bad webhook: An HTTPS URL must be provided for webhook',
    });
    await expect(api.setWebhook(hook.url, { secret_token: 'a b' })).rejects.toMatchObject({
      description: 'Bad Request: secret token contains unallowed characters',
    });
    await api.setWebhook(hook.url, { drop_pending_updates: true });
    say(1, 'b');
    await until(() => bot.updates.size === 0);
    expect(hook.seen.map((s) => textOf(s.update))).toEqual(['b']);
  });
});
