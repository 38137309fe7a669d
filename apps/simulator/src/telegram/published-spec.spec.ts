import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createSimulator, type Simulator } from '../create-simulator.ts';

interface Field {
  name: string;
  types: string[];
  required: boolean;
}
interface Published {
  methods: Record<string, { returns: string[]; fields?: Field[] }>;
  types: Record<string, { fields?: Field[]; subtypes?: string[] }>;
}

/** The provider's own specification is not part of the product: SEAWAY_SPECS names the folder that holds it. */
const file = join(process.env['SEAWAY_SPECS'] ?? '', 'telegram-bot-api.json');
const given = process.env['SEAWAY_SPECS'] !== undefined && existsSync(file);
if (!given) console.info('skipped: published specifications (SEAWAY_SPECS names no folder with telegram-bot-api.json)');

/** What is wrong with `value` as one of `types`; empty when nothing is. */
function faults(published: Published, value: unknown, types: readonly string[], path: string): string[] {
  const all = types.map((type) => faultsOfType(published, value, type, path));
  return all.find((list) => list.length === 0) ?? all.toSorted((a, b) => a.length - b.length)[0]!;
}

function faultsOfType(published: Published, value: unknown, type: string, path: string): string[] {
  const wrong = [`${path}: expected ${type}, got ${JSON.stringify(value)}`];
  if (type === 'Integer') return Number.isSafeInteger(value) ? [] : wrong;
  if (type === 'Float') return typeof value === 'number' ? [] : wrong;
  if (type === 'String') return typeof value === 'string' ? [] : wrong;
  if (type === 'Boolean' || type === 'True') return typeof value === 'boolean' ? [] : wrong;
  if (type.startsWith('Array of ')) {
    if (!Array.isArray(value)) return wrong;
    return value.flatMap((item, i) => faults(published, item, [type.slice('Array of '.length)], `${path}[${i}]`));
  }
  const { fields = [], subtypes = [] } = published.types[type]!;
  if (subtypes.length > 0) return faults(published, value, subtypes, path);
  if (typeof value !== 'object' || value === null) return wrong;
  const record = value as Record<string, unknown>;
  const unknown = Object.keys(record).filter((name) => !fields.some((f) => f.name === name));
  return [
    ...unknown.map((name) => `${path}.${name}: is no field of ${type}`),
    ...fields.flatMap((f) => {
      if (record[f.name] !== undefined) return faults(published, record[f.name], f.types, `${path}.${f.name}`);
      return f.required ? [`${path}.${f.name}: is missing in ${type}`] : [];
    }),
  ];
}

(given ? describe : describe.skip)('the published specification', () => {
  let published: Published;
  let simulator: Simulator;
  let url: string;
  const checked = new Set<string>();
  beforeAll(async () => {
    published = JSON.parse(readFileSync(file, 'utf8')) as Published;
    simulator = createSimulator({
      bots: [{ token: '1:spec', username: 'spec_bot' }],
      phones: [{ id: 1, name: 'Sari W', languageCode: 'id' }],
    });
    url = await simulator.listen();
    simulator.telegram.customer('spec_bot', 1).say('halo');
  });
  afterAll(() => simulator.close());

  async function call(method: string, payload: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    const response = await fetch(`${url}/bot1:spec/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(payload),
    });
    const { ok, result } = (await response.json()) as { ok: boolean; result: Record<string, unknown> };
    expect([method, ok]).toEqual([method, true]);
    expect(faults(published, result, published.methods[method]!.returns, method)).toEqual([]);
    checked.add(method);
    return result;
  }

  it('holds for the result of every method', async () => {
    await call('getMe');
    const customer = simulator.telegram.customer('spec_bot', 1);
    const { message } = await customer.send({ voice: { base64: 'b2dn', duration: 2 } });
    const id = (message['voice'] as { file_id: string }).file_id;
    for (const kind of ['Photo', 'Document', 'Voice', 'Video', 'Audio', 'Sticker', 'Animation'])
      await call(`send${kind}`, { chat_id: 1, [kind.toLowerCase()]: id });
    await call('sendVideoNote', { chat_id: 1, video_note: id });
    const { message_id } = await call('sendMessage', {
      chat_id: 1,
      text: 'x',
      reply_parameters: { message_id: 1 },
      reply_markup: { inline_keyboard: [[{ text: 'a', callback_data: 'b' }]] },
    });
    await call('editMessageText', {
      chat_id: 1,
      message_id,
      text: 'y',
      reply_markup: { inline_keyboard: [[{ text: 'a', callback_data: 'b' }]] },
    });
    await call('answerCallbackQuery', { callback_query_id: customer.press(message_id as number, 'b') });
    await call('editMessageReplyMarkup', { chat_id: 1, message_id });
    await call('sendLocation', { chat_id: 1, latitude: 1, longitude: 2 });
    await call('sendVenue', { chat_id: 1, latitude: 1, longitude: 2, title: 'a', address: 'b' });
    await call('sendContact', { chat_id: 1, phone_number: '+62', first_name: 'B' });
    await call('sendChatAction', { chat_id: 1, action: 'typing' });
    await call('setMessageReaction', { chat_id: 1, message_id, reaction: [{ type: 'emoji', emoji: '👍' }] });
    await call('getFile', { file_id: id });
    await call('setWebhook', { url: 'http://127.0.0.1:9/x', allowed_updates: ['message'] });
    await call('getWebhookInfo');
    await call('deleteWebhook');
    await call('deleteMessage', { chat_id: 1, message_id });
    expect(checked.size).toBeGreaterThan(22);
  });

  it('holds for every kind of update', async () => {
    await call('getUpdates', {
      allowed_updates: ['message', 'edited_message', 'callback_query', 'message_reaction', 'my_chat_member'],
    });
    const customer = simulator.telegram.customer('spec_bot', 1);
    customer.edit(1, 'hai');
    customer.react(1, ['🔥']);
    customer.setBlocked(true);
    customer.setBlocked(false);
    await customer.send({ contact: { phone_number: '+62', first_name: 'Sari' }, replyTo: 1 });
    await customer.send({ location: { latitude: 1, longitude: 2 } });
    const updates = (await call('getUpdates', { offset: 0 })) as unknown as Record<string, unknown>[];
    expect(new Set(updates.map((u) => Object.keys(u)[1]))).toEqual(
      new Set(['message', 'callback_query', 'edited_message', 'message_reaction', 'my_chat_member']),
    );
  });
});
