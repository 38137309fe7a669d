import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiError } from '../../libs/contracts/src/api.ts';
import { Deployment, SECRET } from '../harness/deployment.ts';
import { InboxClient } from '../harness/inbox-client.ts';
import { until } from '../harness/until.ts';

const CHAT = 8101;
const MIB = 1_048_576;

interface Answer {
  status: number;
  text: string;
  headers: Headers;
}

let deployment: Deployment;
let agent: InboxClient;
beforeAll(async () => {
  deployment = await Deployment.start({ mode: 'embedded', name: 'bad-input', basePort: 22_220 });
  agent = new InboxClient(deployment.inboxUrl);
  await agent.logIn('lina@example.test', 'correct-horse');
});
afterAll(async () => {
  await deployment?.stop();
});

async function send(
  method: string,
  url: string,
  body?: string | Buffer,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

const signed = { 'x-telegram-bot-api-secret-token': SECRET };
const hook = (body: string | Buffer, headers: Record<string, string> = signed): Promise<Answer> =>
  send('POST', deployment.webhookUrl, body, headers);
const errorOf = (answer: Answer): ApiError['error'] => (JSON.parse(answer.text) as ApiError).error;

const update = (id: number, text: string): string =>
  JSON.stringify({
    update_id: id,
    message: {
      message_id: id,
      date: Math.floor(Date.now() / 1000),
      chat: { id: CHAT, type: 'private', first_name: 'Sari' },
      from: { id: CHAT, is_bot: false, first_name: 'Sari', language_code: 'id' },
      text,
    },
  });

const metrics = async (): Promise<string> => (await send('GET', `${deployment.inboxUrl}/metrics`)).text;

/** Sum of a counter's samples whose labels contain `label`. */
async function counted(name: string, label = ''): Promise<number> {
  const lines = (await metrics()).split('\n').filter((line) => line.startsWith(`${name}{`) && line.includes(label));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

async function isReady(): Promise<void> {
  expect((await send('GET', `${deployment.inboxUrl}/health/ready`)).status).toBe(200);
}

/** What a provider, or somebody who plays one, may send. The API's counterpart is bad-request.spec.ts. */
describe('a webhook request', () => {
  it.each([
    ['without a signature', {}],
    ['with a wrong signature', { 'x-telegram-bot-api-secret-token': 'guessed' }],
    ['with the secret and more', { 'x-telegram-bot-api-secret-token': `${SECRET}x` }],
    ['with an empty signature', { 'x-telegram-bot-api-secret-token': '' }],
    ['signed somewhere else', { authorization: `Bearer ${SECRET}` }],
  ])('%s is refused with 401 and leaves no trace', async (_how, headers: Record<string, string>) => {
    const answer = await hook(update(1, 'Halo kak'), headers);
    expect([answer.status, errorOf(answer).code]).toEqual([401, 'unauthenticated']);
    expect(await counted('seaway_inbound_accepted_total')).toBe(0);
    expect(await agent.conversations()).toEqual([]);
  });

  it('is taken once it is signed: what was refused before does not count as seen', async () => {
    expect((await hook(update(1, 'Halo kak'))).status).toBe(200);
    await until('the message is shown', async () => (await agent.conversations()).length === 1);
    const [row] = await agent.conversations();
    expect((await agent.timeline(row!.id)).filter((e) => e.kind === 'message').map((e) => e.text)).toEqual([
      'Halo kak',
    ]);
  });

  it.each([
    ['broken off', '{"update_id": 5, "message": {'],
    ['no JSON', 'update_id=5'],
    ['empty', ''],
    ['a list', '[1,2]'],
    ['null', 'null'],
    ['a number', '17'],
    ['without an update_id', '{"message":{"text":"x"}}'],
    ['with an update_id that is an object', '{"update_id":{"$ne":null},"message":{}}'],
    ['no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
    ['only brackets, deep', '['.repeat(100_000)],
  ])('whose body is %s is refused with 400', async (_what, body) => {
    const answer = await hook(body);
    expect([answer.status, errorOf(answer).code]).toEqual([400, 'invalid']);
    expect(errorOf(answer).message).not.toBe('');
  });

  it.each([
    ['poll', { poll: { id: '1', question: 'x' } }],
    ['inline_query', { inline_query: { id: '1' } }],
    ['some_future_kind', { some_future_kind: { anything: [1, { deep: true }] } }],
    [
      'message.new_chat_members',
      { message: { message_id: 90, date: 1, chat: { id: CHAT, type: 'private' }, new_chat_members: [] } },
    ],
  ])('of the kind %s is answered 200 and counted as ignored', async (kind, content) => {
    const before = await counted('seaway_inbound_ignored_total', `kind="${kind}"`);
    for (const id of [101, 102]) expect((await hook(JSON.stringify({ update_id: id, ...content }))).status).toBe(200);
    expect(await counted('seaway_inbound_ignored_total', `kind="${kind}"`)).toBe(before + 2);
  });

  it('with an invented kind for every request does not swell the metrics', async () => {
    const before = (await metrics()).length;
    for (let i = 0; i < 300; i += 1)
      expect((await hook(JSON.stringify({ update_id: 2000 + i, [`kind_${i}_${'x'.repeat(500)}`]: {} }))).status).toBe(
        200,
      );
    expect((await metrics()).length - before).toBeLessThan(20_000);
  });

  it('that cannot be read, or says what cannot be, is answered 200 and kept for operators', async () => {
    const before = await counted('seaway_inbound_accepted_total', 'type="unparsed"');
    const author = { chat: { id: CHAT, type: 'private' }, from: { id: CHAT, first_name: 'Sari' } };
    const odd = [
      { message: { ...author, message_id: 91, date: -5, text: 'before time' } },
      { message: { ...author, message_id: 92, date: 1.0005, text: 'between two milliseconds' } },
      { message: { ...author, message_id: 93, date: 1, location: { latitude: 500, longitude: 0 } } },
      { message: { ...author, message_id: 94, date: 1, document: { file_id: 'x'.repeat(5000) } } },
      { message: { ...author, message_id: 95, date: 1, document: { file_id: 'x', file_size: -1 } } },
      { message: { message_id: 'x', chat: null } },
      { message: null },
      { message: 'text' },
      { edited_message: [] },
      { message_reaction: { chat: { id: CHAT, type: 'private' }, new_reaction: 'x' } },
      JSON.parse(`{"message": ${'{"reply_to_message":'.repeat(3000)}1${'}'.repeat(3000)}}`) as object,
    ];
    for (const [i, content] of odd.entries())
      expect([i, (await hook(JSON.stringify({ update_id: 300 + i, ...content }))).status]).toEqual([i, 200]);
    expect(await counted('seaway_inbound_accepted_total', 'type="unparsed"')).toBe(before + odd.length);
  });

  it('of a real message that carries deep and poisoned JSON is shown all the same', async () => {
    const deep = `${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}`;
    const body = update(400, 'Dalam sekali').replace(
      '"message":{',
      `"message":{"__proto__":{"text":"polluted"},"constructor":{"prototype":{"x":1}},"extra":${deep},`,
    );
    expect((await hook(body)).status).toBe(200);
    const [row] = await agent.conversations();
    await until('the message is shown', async () =>
      (await agent.timeline(row!.id)).some((entry) => entry.text === 'Dalam sekali'),
    );
  });

  it('with a text that other layers could trip over is shown as it was written', async () => {
    const texts = [
      'nol \u0000 di tengah',
      `'; drop table docs; --`,
      '{"$ne":null} <img src=x onerror=alert(1)> {{7*7}} %s %00',
      '__proto__ constructor toString',
      'a\u202eb\u200b\u2066c\ufeff',
      '🏳️‍🌈'.repeat(500),
      '\u0e01\u0e33'.repeat(4000),
      ' \n\t ',
      'x'.repeat(100_000),
    ];
    for (const [i, text] of texts.entries()) expect([i, (await hook(update(800 + i, text))).status]).toEqual([i, 200]);
    // Half of a surrogate pair cannot be stored as UTF-8.
    expect((await hook(update(850, 'setengah \ud83d'))).status).toBe(200);
    const [row] = await agent.conversations();
    const shown = async () => (await agent.timeline(row!.id)).map((entry) => entry.text);
    await until('the last one is shown', async () => (await shown()).some((text) => text.startsWith('setengah')));
    for (const [i, text] of texts.entries()) expect([i, (await shown()).includes(text)]).toEqual([i, true]);
  });

  it('of 2 MiB is refused with 413, announced or not, signed or not', async () => {
    const huge = update(500, 'x'.repeat(2 * MIB));
    for (const headers of [signed, {}]) expect((await hook(huge, headers)).status).toBe(413);
    const chunked = await fetch(deployment.webhookUrl, {
      method: 'POST',
      headers: signed,
      body: ReadableStream.from([Buffer.from(huge)]),
      duplex: 'half',
    } as RequestInit).then(
      (response) => response.status,
      () => 'cut off',
    );
    expect([413, 'cut off']).toContain(chunked);
  });

  it.each([
    '/webhooks/telegram/nobody',
    '/webhooks/line/shop',
    '/webhooks/telegram',
    '/webhooks',
    '/webhooks/__proto__/shop',
    '/webhooks/telegram/..%2fshop',
    '/webhooks/telegram/%ff',
  ])('to %s finds nothing: 404', async (path) => {
    const answer = await send('POST', `${new URL(deployment.webhookUrl).origin}${path}`, update(600, 'x'), signed);
    expect(answer.status).toBe(404);
  });

  it.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])(
    'by %s is refused with 405 and the method that works',
    async (method) => {
      const answer = await send(method, deployment.webhookUrl, method === 'GET' ? undefined : update(700, 'x'), signed);
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
    },
  );

  it('leaves the process ready, whatever it was', isReady);
});
