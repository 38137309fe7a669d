import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AuditPage, DeadLetterPage, UnknownPage, UnknownDeliveryRow } from '#libs/contracts';
import { deliveries, deliveryId } from '#libs/connector-kit';
import { messages, type MessageDoc } from '#libs/store';
import { conversationOf, messageOf } from '../testing/specimens.ts';
import { deadLetterOf, parkedOf } from '../testing/operations-specimens.ts';
import { MONDAY, TestInbox } from '../testing/test-inbox.ts';
import type { TestPage } from '../testing/test-page.ts';

const DEAD = '/api/operations/dead-letters';
const UNKNOWN = '/api/operations/unknown';

let inbox: TestInbox;
let admin: TestPage;
beforeAll(async () => {
  inbox = await TestInbox.open();
  admin = await inbox.as('hui');
}, 30_000);
afterAll(() => inbox.close());
beforeEach(() => {
  inbox.operations.letters = [];
  inbox.operations.keys = [];
  inbox.operations.entries.length = 0;
  inbox.operations.replays.length = 0;
});

describe('dead letters', () => {
  it('are listed page by page, by what is asked for', async () => {
    inbox.operations.letters = [
      ...Array.from({ length: 5 }, (_, n) => deadLetterOf(n)),
      deadLetterOf(5, { reason: 'the body is no JSON', state: 'replayed' }),
    ];
    const first = await admin.get<DeadLetterPage>(`${DEAD}?state=open&limit=3`);
    expect(first.body.items.map(({ id }) => id)).toEqual(['letter-0', 'letter-1', 'letter-2']);
    expect(first.body.items[0]).not.toHaveProperty('value');
    const second = await admin.get<DeadLetterPage>(`${DEAD}?state=open&limit=3&after=${first.body.next}`);
    expect(second.body.items.map(({ id }) => id)).toEqual(['letter-3', 'letter-4']);
    expect((await admin.get<DeadLetterPage>(`${DEAD}?reason=no%20JSON`)).body.items).toHaveLength(1);
    expect((await admin.get(`${DEAD}?state=lost`)).status).toBe(400);
    expect((await admin.get(`${DEAD}?since=yesterday`)).status).toBe(400);
  });

  it('show their original bytes one by one', async () => {
    inbox.operations.letters = [deadLetterOf(0, { value: '{"not": json' })];
    expect((await admin.get(`${DEAD}/letter-0`)).body).toMatchObject({ value: '{"not": json', headers: { a: 'b' } });
    expect((await admin.get(`${DEAD}/letter-9`)).status).toBe(404);
  });

  it('are counted before they are replayed, and replayed at the rate asked for, by whom', async () => {
    inbox.operations.letters = [deadLetterOf(0), deadLetterOf(1), deadLetterOf(2, { topic: 'seaway.events' })];
    const request = { filter: { topic: 'seaway.commands' }, perSecond: 7 };
    const dry = await admin.post(`${DEAD}/replay`, { ...request, dryRun: true });
    expect(dry.body).toMatchObject({ matched: 2, replayed: 0, dryRun: true });
    expect(inbox.operations.replays).toEqual([]);

    const done = await admin.post(`${DEAD}/replay`, { ...request, dryRun: false });
    expect(done.body).toMatchObject({ matched: 2, replayed: 2, dryRun: false });
    expect(inbox.operations.replays).toEqual([{ ids: ['letter-0', 'letter-1'], perSecond: 7 }]);
    expect(inbox.operations.letters[0]).toMatchObject({ state: 'replayed', stateBy: 'hui' });
  });

  it('are not replayed again by a filter that names no state', async () => {
    inbox.operations.letters = [deadLetterOf(0, { state: 'discarded' })];
    const { body } = await admin.post(`${DEAD}/replay`, { filter: {}, perSecond: 1, dryRun: false });
    expect(body).toMatchObject({ matched: 0 });
  });

  it('refuse a replay that would outlast the request, and say what to do', async () => {
    inbox.operations.letters = Array.from({ length: 61 }, (_, n) => deadLetterOf(n));
    const ids = inbox.operations.letters.map(({ id }) => id);
    for (const filter of [{}, { ids }]) {
      const { status, body } = await admin.post(`${DEAD}/replay`, { filter, perSecond: 2, dryRun: false });
      expect(status).toBe(422);
      expect(body.error?.message).toBe(
        '61 records at 2 a second take 31 s, and one request may take 30 s: raise perSecond, narrow the filter, or name ids and ask again for the next ones.',
      );
    }
    expect(inbox.operations.replays).toEqual([]);
    expect((await admin.post(`${DEAD}/replay`, { filter: { ids }, perSecond: 3, dryRun: false })).status).toBe(200);
  });

  it('are discarded with a reason, and say why when there is nothing left to do', async () => {
    inbox.operations.letters = [deadLetterOf(0), deadLetterOf(1)];
    const { body } = await admin.post(`${DEAD}/discard`, { ids: ['letter-0'], why: 'a test record' });
    expect(body).toEqual({ discarded: 1 });

    const again = await admin.post(`${DEAD}/discard`, { ids: ['letter-0'], why: 'a test record' });
    expect([again.status, again.body.error?.message]).toEqual([
      409,
      'Nothing is left to do: letter-0 is discarded already by hui.',
    ]);
    const replay = { filter: { ids: ['letter-0'] }, perSecond: 1, dryRun: false };
    expect((await admin.post(`${DEAD}/replay`, replay)).status).toBe(409);
    expect((await admin.post(`${DEAD}/discard`, { ids: ['nothing'], why: 'a test record' })).status).toBe(404);
    expect((await admin.post(`${DEAD}/discard`, { ids: ['letter-1'], why: '' })).status).toBe(400);
  });
});

describe('parked keys', () => {
  it('show their records in order and are released on request', async () => {
    inbox.operations.keys = [parkedOf('core', 'telegram:shop:42')];
    expect((await admin.get('/api/operations/parked')).body).toMatchObject({ items: [{ key: 'telegram:shop:42' }] });
    const name = '?group=core&key=telegram%3Ashop%3A42';
    expect((await admin.get(`/api/operations/parked/records${name}`)).body).toMatchObject([{ offset: '7' }]);

    const asked = await admin.post('/api/operations/parked/release', { group: 'core', key: 'telegram:shop:42' });
    expect([asked.status, asked.body]).toEqual([202, { outcome: 'asked' }]);
    expect((await admin.get('/api/operations/parked')).body).toMatchObject({
      items: [{ release: { by: 'hui', state: 'asked' } }],
    });
  });

  it('are not there when nothing is parked under that name', async () => {
    expect((await admin.get('/api/operations/parked/records?group=core&key=a:b:c')).status).toBe(404);
    expect((await admin.post('/api/operations/parked/release', { group: 'core', key: 'a:b:c' })).status).toBe(404);
    expect((await admin.get('/api/operations/parked/records?group=core')).status).toBe(400);
  });
});

describe('unknown deliveries', () => {
  const sari = conversationOf('sari');
  const put = (n: number, over: Partial<MessageDoc> = {}): Promise<void> =>
    inbox.put({
      message: messageOf(sari, `Halo ${n}`, {
        _id: `out-${n}` as never,
        direction: 'out',
        status: 'unknown',
        unknownSince: MONDAY + n,
        attempt: 0,
        ...over,
      }),
    });
  const change = async (id: string, over: Partial<MessageDoc>): Promise<void> => {
    const docs = inbox.store.collection(messages);
    await docs.replace({ ...(await docs.get(id))!, ...over });
  };
  beforeAll(async () => {
    await inbox.put({ conversation: sari });
    for (const n of [1, 2, 3]) await put(n);
    await put(4, { status: 'sent', unknownSince: undefined as never });
  });

  it('are listed newest first, with how much of each is in doubt', async () => {
    const row = (n: number, state: 'sent' | 'unknown') => ({
      _id: deliveryId('out-3', 0, n),
      channel: 'telegram',
      account: 'shop',
      key: sari.key,
      chat: 'sari',
      messageId: 'out-3' as never,
      attempt: 0,
      n,
      of: 2,
      piece: { n, of: 2, part: { type: 'text' as const, text: 'x' } },
      state,
      stage: 'done' as const,
      order: 1,
      tries: 0,
      instance: 'connector',
      dueAt: 0,
      expiresAt: 0,
      providerMessageIds: [],
      at: MONDAY,
    });
    await inbox.store.collection(deliveries).insertMany([row(0, 'sent'), row(1, 'unknown')]);

    const { body } = await admin.get<UnknownPage>(`${UNKNOWN}?limit=2`);
    expect(body.items).toMatchObject([
      { messageId: 'out-3', text: 'Halo 3', channel: 'telegram', account: 'shop', pieces: 2, unknownPieces: 1 },
      { messageId: 'out-2', attempt: 0, at: MONDAY + 2, pieces: 1, unknownPieces: 1 },
    ]);
    const rest = await admin.get<UnknownPage>(`${UNKNOWN}?limit=2&after=${encodeURIComponent(body.next!)}`);
    expect(rest.body.items.map(({ messageId }) => messageId)).toEqual(['out-1']);
    expect((await admin.get(`${UNKNOWN}?after=made-up`)).status).toBe(400);
  });

  it('are told to core when somebody knows better, and audited', async () => {
    const commandId = 'resolve-out-1';
    const body = { commandId, attempt: 0, outcome: 'sent', note: 'she answered it' };
    const answer = await admin.post(`${UNKNOWN}/out-1/resolve`, body);
    expect([answer.status, answer.body]).toEqual([202, { commandId, messageId: 'out-1' }]);
    await admin.post(`${UNKNOWN}/out-1/resolve`, body);

    expect((await inbox.commands()).filter((one) => one.type === 'resolve')).toMatchObject([
      { messageId: 'out-1', attempt: 0, outcome: 'sent', note: 'she answered it', by: { id: 'hui' } },
    ]);
    const { body: audit } = await admin.get<AuditPage>('/api/operations/audit');
    expect(audit.items).toMatchObject([
      { by: 'hui', action: 'delivery.resolve', subject: 'out-1', detail: { outcome: 'sent', note: 'she answered it' } },
    ]);
  });

  it('are sent again by an operator, once per click', async () => {
    const { status } = await admin.post(`${UNKNOWN}/out-2/resend`, { commandId: 'resend-out-2', attempt: 0 });
    expect(status).toBe(202);
    expect((await inbox.commands()).at(-1)).toMatchObject({ type: 'resend', messageId: 'out-2' });
    expect(inbox.operations.entries).toMatchObject([{ action: 'delivery.resend', subject: 'out-2' }]);
  });

  it('answer 409 for what is in doubt no more, 404 for what is nowhere, and audit neither', async () => {
    await change('out-2', { attempt: 1 });
    const late = await admin.post(`${UNKNOWN}/out-2/resolve`, { commandId: 'late-late', attempt: 0, outcome: 'sent' });
    expect([late.status, late.body.error?.message]).toEqual([
      409,
      'It was sent again meanwhile: what is in doubt is attempt 1.',
    ]);
    const known = await admin.post(`${UNKNOWN}/out-4/resend`, { commandId: 'known-known', attempt: 0 });
    expect([known.status, known.body.error?.message]).toEqual([409, 'It is in doubt no more: it is sent.']);
    expect((await admin.get(`${UNKNOWN}/out-4`)).status).toBe(404);
    expect((await admin.get<UnknownDeliveryRow>(`${UNKNOWN}/out-2`)).body.attempt).toBe(1);
    expect((await admin.post(`${UNKNOWN}/none/resend`, { commandId: 'none-none', attempt: 0 })).status).toBe(404);
    expect(inbox.operations.entries).toEqual([]);
  });

  it('are resolved by the agent of the conversation too', async () => {
    const agent = await inbox.as('li-na');
    const body = { commandId: 'agent-says-so', attempt: 0, outcome: 'sent' };
    expect((await agent.post('/api/messages/out-3/resolve', body)).status).toBe(202);
    expect((await inbox.commands()).at(-1)).toMatchObject({ type: 'resolve', messageId: 'out-3', by: { id: 'li-na' } });
  });
});

describe('lag', () => {
  it('is told per group and topic', async () => {
    inbox.operations.groups = [{ group: 'core', topic: 'seaway.commands', partitions: 6, messages: 3, seconds: 1.5 }];
    expect((await admin.get('/api/operations/lag')).body).toEqual(inbox.operations.groups);
  });
});
