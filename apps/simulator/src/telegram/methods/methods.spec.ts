import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Telegraf, TelegramError, type Telegram } from 'telegraf';
import { createSimulator, type Simulator } from '../../create-simulator.ts';

const TOKEN = '4711:spec-token';

/** The server of the provider as its own client library sees it. */
describe('Bot API methods', () => {
  let simulator: Simulator;
  let url: string;
  let api: Telegram;
  let call: (method: string, payload?: Record<string, unknown>) => Promise<unknown>;
  let now = 1_700_000_000_000;
  let chat = 0;

  beforeAll(async () => {
    simulator = createSimulator({ clock: { now: () => now }, bots: [{ token: TOKEN, username: 'spec_bot' }] });
    url = await simulator.listen();
    api = new Telegraf(TOKEN, { telegram: { apiRoot: url } }).telegram;
    call = (api.callApi as unknown as typeof call).bind(api);
  });
  afterAll(() => simulator.close());
  beforeEach(() => {
    chat = simulator.telegram.createPhone({ name: 'Sari Wulandari', languageCode: 'id' }).id;
    simulator.telegram.customer('spec_bot', chat).say('halo');
  });

  const refusal = async (method: string, payload: Record<string, unknown> = {}): Promise<[number, string]> => {
    const error = await call(method, payload).then(
      () => undefined,
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(TelegramError);
    const { code, description } = error as TelegramError;
    return [code, description];
  };

  it('introduces the bot, and knows no other', async () => {
    expect(await api.getMe()).toMatchObject({
      id: 4711,
      is_bot: true,
      username: 'spec_bot',
      first_name: 'spec',
      can_join_groups: true,
    });
    const stranger = new Telegraf('1:nobody', { telegram: { apiRoot: url } }).telegram;
    await expect(stranger.getMe()).rejects.toMatchObject({ code: 401, description: 'Unauthorized' });
    expect(await refusal('sendNothing')).toEqual([404, 'Not Found']);
    const plain = await fetch(`${url}/bot${TOKEN}/sendNothing`);
    expect([plain.status, await plain.json()]).toEqual([404, { ok: false, error_code: 404, description: 'Not Found' }]);
  });

  it('answers a text with the message, trimmed, its ids counting within the chat', async () => {
    const first = await api.sendMessage(chat, '  Selamat pagi \n');
    expect(first).toEqual({
      message_id: 2,
      from: simulator.telegram.bot('spec_bot').user,
      chat: { id: chat, type: 'private', first_name: 'Sari', last_name: 'Wulandari' },
      date: now / 1000,
      text: 'Selamat pagi',
    });
    expect((await api.sendMessage(chat, 'x', { reply_parameters: { message_id: 2 } })) as object).toMatchObject({
      message_id: 3,
      reply_to_message: { message_id: 2, text: 'Selamat pagi' },
    });
  });

  it('takes GET, a form and names in any case', async () => {
    const got = await fetch(`${url}/bot${TOKEN}/SENDMESSAGE?chat_id=${chat}&text=hi`);
    expect(await got.json()).toMatchObject({ ok: true, result: { text: 'hi' } });
    const posted = await fetch(`${url}/bot${TOKEN}/sendMessage`, {
      method: 'POST',
      body: new URLSearchParams({ chat_id: String(chat), text: 'a+b' }),
    });
    expect(await posted.json()).toMatchObject({ ok: true, result: { text: 'a+b' } });
    const broken = await fetch(`${url}/bot${TOKEN}/sendMessage`, {
      method: 'POST',
      body: '{',
      headers: { 'content-type': 'application/json' },
    });
    expect(broken.status).toBe(400);
  });

  it('keeps the published limits of a text', async () => {
    expect(await refusal('sendMessage', { chat_id: chat })).toEqual([400, 'Bad Request: message text is empty']);
    expect(await refusal('sendMessage', { chat_id: chat, text: ' \n ' })).toEqual([
      400,
      'Bad Request: message text is empty',
    ]);
    expect(await refusal('sendMessage', { chat_id: chat, text: 'x'.repeat(4097) })).toEqual([
      400,
      'Bad Request: message is too long',
    ]);
    await expect(call('sendMessage', { chat_id: chat, text: ` ${'x'.repeat(4096)} ` })).resolves.toMatchObject({
      text: 'x'.repeat(4096),
    });
    expect(await refusal('sendMessage', { text: 'x' })).toEqual([400, 'Bad Request: chat_id is empty']);
    expect(await refusal('sendMessage', { chat_id: 5, text: 'x' })).toEqual([400, 'Bad Request: chat not found']);
    expect(await refusal('sendMessage', { chat_id: chat, text: 'x', reply_parameters: { message_id: 99 } })).toEqual([
      400,
      'Bad Request: message to be replied not found',
    ]);
    await expect(
      call('sendMessage', {
        chat_id: chat,
        text: 'x',
        reply_parameters: { message_id: 99, allow_sending_without_reply: true },
      }),
    ).resolves.not.toHaveProperty('reply_to_message');
  });

  it('does not let a bot write first', async () => {
    const { id } = simulator.telegram.createPhone({ name: 'Stranger' });
    expect(await refusal('sendMessage', { chat_id: id, text: 'x' })).toEqual([400, 'Bad Request: chat not found']);
  });

  it('counts callback_data in bytes', async () => {
    const keyboard = (data: string) => ({
      chat_id: chat,
      text: 'Pilih',
      reply_markup: { inline_keyboard: [[{ text: 'Ya', callback_data: data }]] },
    });
    await expect(call('sendMessage', keyboard('é'.repeat(32)))).resolves.toMatchObject({
      reply_markup: { inline_keyboard: [[{ text: 'Ya', callback_data: 'é'.repeat(32) }]] },
    });
    expect(await refusal('sendMessage', keyboard('é'.repeat(33)))).toEqual([400, 'Bad Request: BUTTON_DATA_INVALID']);
    expect(await refusal('sendMessage', keyboard(''))).toEqual([400, 'Bad Request: BUTTON_DATA_INVALID']);
    expect(
      (
        await refusal('sendMessage', {
          chat_id: chat,
          text: 'x',
          reply_markup: { inline_keyboard: [[{ text: 'Ya' }]] },
        })
      )[1],
    ).toContain('Text buttons are unallowed');
  });

  it('refuses for a customer who has blocked the bot', async () => {
    const customer = simulator.telegram.customer('spec_bot', chat);
    customer.setBlocked(true);
    expect(await refusal('sendMessage', { chat_id: chat, text: 'x' })).toEqual([
      403,
      'Forbidden: bot was blocked by the user',
    ]);
    customer.setBlocked(false);
    await expect(call('sendMessage', { chat_id: chat, text: 'x' })).resolves.toBeDefined();
  });

  it('edits, reacts and deletes', async () => {
    const { message_id } = await api.sendMessage(chat, 'one');
    expect((await refusal('editMessageText', { chat_id: chat, message_id, text: 'one' }))[1]).toContain(
      'message is not modified',
    );
    now += 5000;
    expect(await api.editMessageText(chat, message_id, undefined, 'two')).toMatchObject({
      message_id,
      text: 'two',
      edit_date: now / 1000,
    });
    expect(await refusal('editMessageText', { chat_id: chat, message_id: 1, text: 'x' })).toEqual([
      400,
      "Bad Request: message can't be edited",
    ]);
    expect(await refusal('editMessageText', { chat_id: chat, message_id: 77, text: 'x' })).toEqual([
      400,
      'Bad Request: message to edit not found',
    ]);
    expect(
      await call('setMessageReaction', { chat_id: chat, message_id: 1, reaction: [{ type: 'emoji', emoji: '👍' }] }),
    ).toBe(true);
    expect(
      await refusal('setMessageReaction', { chat_id: chat, message_id: 1, reaction: [{ type: 'emoji', emoji: '🥦' }] }),
    ).toEqual([400, 'Bad Request: REACTION_INVALID']);
    expect(await api.deleteMessage(chat, message_id)).toBe(true);
    expect(await refusal('deleteMessage', { chat_id: chat, message_id })).toEqual([
      400,
      'Bad Request: message to delete not found',
    ]);
    now += 49 * 3_600_000;
    expect((await refusal('deleteMessage', { chat_id: chat, message_id: 1 }))[1]).toContain("can't be deleted");
  });

  it('takes uploads, ids and addresses, and gives the file back', async () => {
    const bytes = Buffer.from('\r\n--not a boundary\r\n\u0000ogg');
    const voice = await api.sendVoice(chat, { source: bytes }, { caption: 'dengar', duration: 3 });
    expect(voice).toMatchObject({
      caption: 'dengar',
      voice: { duration: 3, mime_type: 'audio/ogg', file_size: bytes.length },
    });
    const link = await api.getFileLink(voice.voice.file_id);
    expect(Buffer.from(await (await fetch(link)).arrayBuffer())).toEqual(bytes);
    expect(await api.sendDocument(chat, voice.voice.file_id)).toMatchObject({ document: { file_size: bytes.length } });
    expect(await call('sendPhoto', { chat_id: chat, photo: link.href })).toMatchObject({
      photo: [{ file_size: bytes.length }],
    });
    expect(await refusal('sendPhoto', { chat_id: chat, photo: `${url}/file/bot${TOKEN}/none` })).toEqual([
      400,
      'Bad Request: failed to get HTTP URL content',
    ]);
    expect(await refusal('sendPhoto', { chat_id: chat, photo: 'nonsense' })).toEqual([
      400,
      'Bad Request: wrong file identifier/HTTP URL specified',
    ]);
    expect(await refusal('sendPhoto', { chat_id: chat })).toEqual([
      400,
      'Bad Request: there is no photo in the request',
    ]);
    expect(
      await refusal('sendPhoto', { chat_id: chat, photo: voice.voice.file_id, caption: 'x'.repeat(1025) }),
    ).toEqual([400, 'Bad Request: message caption is too long']);
    expect(await refusal('getFile', { file_id: 'nonsense' })).toEqual([400, 'Bad Request: invalid file_id']);
  });

  it('takes places and contacts', async () => {
    expect(await api.sendLocation(chat, -6.2, 106.8)).toMatchObject({ location: { latitude: -6.2, longitude: 106.8 } });
    expect((await refusal('sendLocation', { chat_id: chat, latitude: 91, longitude: 0 }))[0]).toBe(400);
    expect(await api.sendVenue(chat, 1, 2, 'Kantor', 'Jl. Sudirman')).toMatchObject({
      venue: { title: 'Kantor', address: 'Jl. Sudirman' },
    });
    expect(await api.sendContact(chat, '+62811', 'Budi')).toMatchObject({
      contact: { phone_number: '+62811', first_name: 'Budi' },
    });
  });

  it('answers a button press once it is known, and not after it has aged', async () => {
    const { message_id } = await api.sendMessage(chat, 'Pilih', {
      reply_markup: { inline_keyboard: [[{ text: 'Ya', callback_data: 'yes' }]] },
    });
    const query = simulator.telegram.customer('spec_bot', chat).press(message_id, 'yes');
    expect(await api.answerCbQuery(query, 'Terima kasih')).toBe(true);
    now += 3_600_000;
    expect((await refusal('answerCallbackQuery', { callback_query_id: query }))[1]).toContain('query is too old');
    expect((await refusal('sendChatAction', { chat_id: chat, action: 'dancing' }))[1]).toContain(
      'wrong parameter action',
    );
    expect(await api.sendChatAction(chat, 'typing')).toBe(true);
  });

  it('limits the rate when it is told to, and says for how long', async () => {
    simulator.knobs.set({ rateLimits: true });
    try {
      for (let i = 0; i < 3; i++) await api.sendMessage(chat, `burst ${i}`);
      const error = (await api.sendMessage(chat, 'too much').catch((e: unknown) => e)) as TelegramError;
      expect([error.code, error.description, error.parameters]).toEqual([
        429,
        'Too Many Requests: retry after 1',
        { retry_after: 1 },
      ]);
      const other = simulator.telegram.createPhone({ name: 'Other', started: true }).id;
      await expect(api.sendMessage(other, 'not held up')).resolves.toBeDefined();
      now += 1000;
      await expect(api.sendMessage(chat, 'again')).resolves.toBeDefined();
    } finally {
      simulator.knobs.set({ rateLimits: false });
    }
  });

  it('fails on request: with a status, before taking effect, and after', async () => {
    const sent = (): number => simulator.truth.since(0, { kind: 'sent' }).filter((e) => e['chat'] === chat).length;
    simulator.knobs.set({
      failNext: [
        { method: 'sendMessage', status: 502 },
        { method: 'sendMessage', cut: 'before' },
        { method: 'sendMessage', cut: 'after' },
      ],
    });
    await expect(api.sendMessage(chat, 'a')).rejects.toMatchObject({ code: 502 });
    await expect(api.sendMessage(chat, 'b')).rejects.toMatchObject({ name: 'FetchError' });
    expect(sent()).toBe(0);
    await expect(api.sendMessage(chat, 'c')).rejects.toMatchObject({ name: 'FetchError' });
    expect(sent()).toBe(1);
    await api.sendMessage(chat, 'd');
    expect(
      simulator.truth
        .since(0, { kind: 'sent' })
        .filter((e) => e['chat'] === chat)
        .map((e) => (e['body'] as { text: string }).text),
    ).toEqual(['c', 'd']);
  });
});
