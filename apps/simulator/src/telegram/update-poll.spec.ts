import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Telegraf, type Telegram } from 'telegraf';
import { createSimulator, type Simulator } from '../create-simulator.ts';

const TOKEN = '4713:poll-token';

describe('getUpdates', () => {
  let simulator: Simulator;
  let api: Telegram;
  let take: (query?: Record<string, unknown>) => Promise<{ update_id: number; message: { text: string } }[]>;

  beforeEach(async () => {
    simulator = createSimulator({ bots: [{ token: TOKEN, username: 'poll_bot' }] });
    simulator.telegram.createPhone({ id: 1, name: 'Sari' });
    api = new Telegraf(TOKEN, { telegram: { apiRoot: await simulator.listen() } }).telegram;
    take = (query = {}) =>
      (api.callApi as unknown as (m: string, q: object) => ReturnType<typeof take>).call(api, 'getUpdates', query);
  });
  afterEach(() => simulator.close());
  const say = (text: string) => simulator.telegram.customer('poll_bot', 1).say(text);
  const texts = (updates: { message: { text: string } }[]): string[] => updates.map((u) => u.message.text);

  it('repeats what was not confirmed, and forgets what was', async () => {
    const [a] = [say('a'), say('b'), say('c')];
    const all = await take();
    expect(texts(all)).toEqual(['a', 'b', 'c']);
    expect(texts(await take({ limit: 2 }))).toEqual(['a', 'b']);
    expect(a!.delivered).toBe(false);
    expect(texts(await take({ offset: all[0]!.update_id + 1 }))).toEqual(['b', 'c']);
    expect(a!.delivered).toBe(true);
    expect(texts(await take())).toEqual(['b', 'c']);
    expect(texts(await take({ offset: -1 }))).toEqual(['c']);
    expect(texts(await take())).toEqual(['c']);
    expect(await take({ offset: all[2]!.update_id + 1 })).toEqual([]);
  });

  it('waits for a first update', async () => {
    const waiting = take({ timeout: 30 });
    await until(() => simulator.telegram.bot('poll_bot').poll.waiting);
    say('late');
    expect(texts(await waiting)).toEqual(['late']);
  });

  it('lets a second poller take over', async () => {
    const first = take({ timeout: 30 }).catch((e: unknown) => e);
    await until(() => simulator.telegram.bot('poll_bot').poll.waiting);
    const second = take({ timeout: 30 });
    expect(await first).toMatchObject({
      code: 409,
      description: 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    });
    say('x');
    expect(texts(await second)).toEqual(['x']);
  });

  it('and a webhook exclude each other', async () => {
    const waiting = take({ timeout: 30 }).catch((e: unknown) => e);
    await until(() => simulator.telegram.bot('poll_bot').poll.waiting);
    await api.setWebhook('http://127.0.0.1:9/none');
    expect(await waiting).toMatchObject({ code: 409, description: 'Conflict: terminated by setWebhook request' });
    await expect(take()).rejects.toMatchObject({ code: 409 });
    await api.deleteWebhook();
    expect(await take()).toEqual([]);
  });

  it('feeds a telegraf bot that polls', async () => {
    const bot = new Telegraf(TOKEN, {
      telegram: { apiRoot: (api as unknown as { options: { apiRoot: string } }).options.apiRoot },
    });
    const heard: string[] = [];
    bot.on('text', async (context) => {
      heard.push(context.message.text);
      await context.reply(`echo ${context.message.text}`);
    });
    const running = bot.launch();
    say('one');
    say('two');
    await until(() => simulator.telegram.customer('poll_bot', 1).thread.all().length === 4);
    bot.stop();
    await running.catch(() => undefined);
    expect(heard).toEqual(['one', 'two']);
  });
});

async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 4000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited in vain for ${condition.toString()}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
