import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  changesView,
  type ConversationDetail,
  conversationDetail,
  conversationPage,
  type EventId,
  messageIdOf,
  type TimelineEntry,
  timelinePage,
  whyView,
  type WhyView,
} from '#libs/contracts';
import { type ConversationDoc, contacts } from '#libs/store';
import { conversationOf, messageOf, translationOf } from '../testing/specimens.ts';
import { entryOf } from './timeline.ts';
import { MONDAY, TestInbox } from '../testing/test-inbox.ts';
import type { TestPage } from '../testing/test-page.ts';
import type { ConversationPage } from './views.ts';

const owned = (kind: ConversationDoc['owner']['kind'], id?: string): Partial<ConversationDoc> => ({
  owner: { kind, ...(id === undefined ? {} : { id, name: id }) },
  ownerKey: `${kind}:${id ?? ''}`,
});
const clock = {
  id: 'c1',
  ruleId: 'r',
  name: 'Answer a complaint',
  startedAt: MONDAY,
  dueAt: MONDAY + 3_600_000,
  warnAt: [],
  state: 'running' as const,
};
const later = (minutes: number): Partial<ConversationDoc> => ({
  lastAt: MONDAY + minutes * 60_000,
  updatedAt: MONDAY + minutes * 60_000,
});

const sari = conversationOf('sari', later(1));
const inbound = messageOf(sari, 'top up uang elektronik error');
const reply = messageOf(sari, 'Mohon maaf', {
  _id: messageIdOf('sari-out' as EventId),
  direction: 'out',
  by: { kind: 'agent', id: 'li-na', name: 'Li Na' },
  seq: 4,
  position: 4,
  status: 'sent',
  composition: { source: { text: '很抱歉', lang: 'zh-CN' }, lang: 'id', engine: 'phrasebook', confidence: 1 },
});
const assigned = messageOf(sari, '', {
  _id: messageIdOf('sari-ev' as EventId),
  kind: 'event',
  direction: 'internal',
  seq: 5,
  position: 5,
  at: MONDAY + 5,
  parts: [],
  text: '',
  event: { what: 'assigned', says: 'Li Na answers: speaks zh-CN', data: { considered: [] } },
});

const others = [
  conversationOf('mine-snoozed', { ...later(2), status: 'snoozed', snoozedUntil: MONDAY + 9e6 }),
  ...Array.from({ length: 7 }, (_, i) =>
    conversationOf(`queue-${i}`, { ...later(10 + 2 * i), ...owned('queue', i % 2 === 0 ? 'sea' : 'trust') }),
  ),
  ...Array.from({ length: 3 }, (_, i) => conversationOf(`nobody-${i}`, { ...later(11 + 4 * i), ...owned('nobody') })),
  conversationOf('bot', { ...later(30), ...owned('bot', 'seabot') }),
  conversationOf('omars', { ...later(31), ...owned('agent', 'omar') }),
  conversationOf('closed', { ...later(32), status: 'closed', tokens: ['ruby'] }),
  conversationOf('late', {
    ...later(3),
    ...owned('agent', 'omar'),
    clocks: [{ ...clock, dueAt: MONDAY + 9e6 }],
    nextDueAt: MONDAY + 9e6,
  }),
  conversationOf('soon', {
    ...later(4),
    ...owned('agent', 'omar'),
    clocks: [clock],
    nextDueAt: clock.dueAt,
    optedOut: true,
    language: { lang: 'und', script: 'Zyyy', confidence: 0, mixedWith: [], source: 'none' },
  }),
];

let inbox: TestInbox;
let page: TestPage;
beforeAll(async () => {
  inbox = await TestInbox.open();
  await inbox.put(
    { conversation: sari },
    ...others.map((conversation) => ({ conversation })),
    { message: inbound },
    { message: reply },
    { message: assigned },
  );
  await inbox.put({ translation: translationOf(inbound, 'zh-CN', '电子钱包充值出错') });
  await inbox.store.collection(contacts).insert({
    _id: sari.contactId,
    kind: 'viewer',
    name: 'Sari',
    externalIds: [{ channel: 'telegram', account: 'shop', externalId: 'sari' }],
    locale: 'id',
    firstSeenAt: MONDAY,
  });
  page = await inbox.as('li-na');
}, 30_000);
afterAll(() => inbox.close());

async function list(query: string, from = page): Promise<ConversationPage> {
  const { status, body } = await from.get<ConversationPage>(`/api/conversations?${query}`);
  expect(status).toBe(200);
  return conversationPage.parse(body);
}
const names = async (query: string): Promise<string[]> => (await list(query)).items.map((row) => row.contactName);

describe('the list', () => {
  it('shows each view, newest first; deadlines by what is due first', async () => {
    expect(await names('view=mine')).toEqual(['mine-snoozed', 'sari']);
    expect(await names('')).toEqual(['mine-snoozed', 'sari']);
    expect(await names('view=bot')).toEqual(['bot']);
    expect(await names('view=closed')).toEqual(['closed']);
    expect(await names('view=deadline')).toEqual(['soon', 'late']);
    expect(await names('view=all')).toHaveLength(16);
    expect((await list('view=deadline')).items[0]?.clock).toMatchObject({
      kind: 'statutory',
      state: 'running',
      dueAt: clock.dueAt,
    });
  });

  it.each([1, 2, 3, 4, 7, 50])(
    'pages through interleaved queues %s at a time, losing and repeating nothing',
    async (limit) => {
      const seen: string[] = [];
      let after = '';
      for (let pages = 0; pages < 30; pages += 1) {
        const { items, next } = await list(`view=waiting&limit=${limit}${after}`);
        seen.push(...items.map((row) => row.contactName));
        if (next === undefined) break;
        after = `&after=${encodeURIComponent(next)}`;
      }
      expect(seen).toEqual([
        'queue-6',
        'queue-5',
        'nobody-2',
        'queue-4',
        'queue-3',
        'nobody-1',
        'queue-2',
        'queue-1',
        'nobody-0',
        'queue-0',
      ]);
    },
  );

  it('previews in the language of the reader', async () => {
    const row = async (from: TestPage) =>
      (await list('view=all', from)).items.find(({ contactName }) => contactName === 'sari')?.preview;
    expect(await row(page)).toMatchObject({ text: '电子钱包充值出错', translated: true });
    expect(await row(await inbox.as('omar'))).toMatchObject({ text: 'top up error', translated: false });
  });

  it('finds by the contact and by what was said, within the view', async () => {
    expect(await names('view=all&q=sari')).toEqual(['sari']);
    expect(await names('view=all&q=elektronik')).toEqual(['sari']);
    expect(await names('view=closed&q=elektronik')).toEqual([]);
    expect(await names('view=closed&q=ruby')).toEqual(['closed']);
    expect(await names(`view=all&q=${encodeURIComponent('(.*)')}`)).toEqual([]);
    const first = await list('view=all&q=SW-TEST-1&limit=10');
    const second = await list(`view=all&q=SW-TEST-1&limit=10&after=${first.next}`);
    expect(new Set([...first.items, ...second.items].map((row) => row.id)).size).toBe(16);
    expect(second.next).toBeUndefined();
  });

  it('tells what changed since a moment', async () => {
    const { body } = await page.get<object>(`/api/changes?since=${MONDAY + 31 * 60_000}`);
    const { items, more, at } = changesView.parse(body);
    expect(items.map((row) => row.contactName)).toEqual(['omars', 'closed']);
    expect([more, at]).toEqual([false, MONDAY + 31 * 60_000]);
  });
});

describe('a conversation', () => {
  it('comes with contact, composer and wall clock', async () => {
    const { body } = await page.get<ConversationDetail>(`/api/conversations/${sari._id}`);
    expect(conversationDetail.parse(body)).toMatchObject({
      contact: { name: 'Sari', locale: 'id' },
      composer: { canSend: true, textLimit: 4096, buttons: 8 },
      customerZone: 'Asia/Jakarta',
      ownerReason: 'speaks zh-CN',
    });
  });

  it('says why nothing can be sent', async () => {
    const id = others.find(({ contactName }) => contactName === 'soon')!._id;
    const { body } = await page.get<ConversationDetail>(`/api/conversations/${id}`);
    expect(body.composer).toMatchObject({ canSend: false, why: expect.stringContaining('opted out') });
  });

  it('keeps a draft for its author alone', async () => {
    const path = `/api/conversations/${sari._id}`;
    expect((await page.request('PUT', `${path}/draft`, { text: '半句', mode: 'note' })).status).toBe(204);
    expect((await page.request('PUT', `${path}/draft`, { text: '半句话', mode: 'reply' })).status).toBe(204);
    expect((await page.get<ConversationDetail>(path)).body.draft).toEqual({ text: '半句话', mode: 'reply' });
    expect((await (await inbox.as('omar')).get<ConversationDetail>(path)).body.draft).toBeUndefined();
    await page.request('PUT', `${path}/draft`, { text: '', mode: 'reply' });
    expect((await page.get<ConversationDetail>(path)).body.draft).toBeUndefined();
  });

  it('has a timeline in the language of the reader, newest first, in pages', async () => {
    const entries: TimelineEntry[] = [];
    let after = '';
    do {
      const { body } = await page.get<object>(`/api/conversations/${sari._id}/timeline?limit=2${after}`);
      const { items, next } = timelinePage.parse(body);
      entries.push(...items);
      after = next === undefined ? '' : `&after=${next}`;
    } while (after !== '');
    expect(entries.map(({ seq }) => seq)).toEqual([5, 4, 3]);
    expect(entries[0]?.event?.says).toContain('Li Na answers');
    expect(entries[1]).toMatchObject({
      text: 'Mohon maaf',
      status: 'sent',
      translation: { lang: 'zh-CN', text: '很抱歉' },
    });
    expect(entries[2]).toMatchObject({
      text: 'top up uang elektronik error',
      lang: 'id',
      translation: { text: '电子钱包充值出错', engine: 'phrasebook' },
    });
  });

  it('shows neither the words nor a translation of what was taken back, nor reactions that were', () => {
    const doc = messageOf(sari, '', { parts: [], deletedAt: 1, reactions: [{ by: 'Sari', emoji: [], at: 1 }] });
    const entry = entryOf({ ...doc, version: 1 }, { ...translationOf(doc, 'zh-CN', '卡号'), version: 1 });
    expect(entry).toMatchObject({ deleted: true, text: '', reactions: [] });
    expect(entry.translation).toBeUndefined();
  });

  it('explains a message: trace, translation and routing, in order', async () => {
    const { body } = await page.get<WhyView>(`/api/messages/${inbound._id}/why`);
    expect(whyView.parse(body).steps.map(({ step, says }) => `${step}: ${says}`)).toEqual([
      'received: from Telegram',
      'routing: Li Na answers: speaks zh-CN',
      'translation: into zh-CN by phrasebook, confidence 1',
    ]);
  });

  it('offers templates in both languages, and finds them by words', async () => {
    const path = `/api/conversations/${sari._id}/templates`;
    const { body } = await page.get<{ id: string; lang: string; agentText: string; customerText: string }[]>(path);
    expect(body[0]).toMatchObject({
      id: 'ewallet-topup',
      lang: 'id',
      agentText: expect.stringMatching(/[\u4e00-\u9fff]/),
    });
    const found = await page.get<{ id: string }[]>(`${path}?q=${encodeURIComponent('多久')}`);
    expect(found.body.map(({ id }) => id)).toContain('topup-info');
  });
});

describe('the team', () => {
  it('lists people and the bot, with shift and load, and the queues', async () => {
    const agents = await page.get<{ id: string; kind: string }[]>('/api/agents');
    expect(agents.body).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: 'li-na', kind: 'agent', presence: 'online', load: 0, capacity: 5 }),
        expect.objectContaining({ id: 'seabot', kind: 'bot' }),
      ]),
    );
    const queues = await page.get<object[]>('/api/queues');
    expect(queues.body).toEqual([
      { id: 'sea', name: 'South-East Asia', regions: ['SEA'], languages: [], waiting: 4 },
      { id: 'trust', name: 'Trust and safety', regions: [], languages: [], waiting: 3 },
    ]);
    expect(JSON.stringify(agents.body)).not.toMatch(/password|argon2/);
  });
});
