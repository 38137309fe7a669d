import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pushMessage } from '#libs/contracts';
import { agents, conversations, type SessionDoc, sessions } from '#libs/store';
import { WebSocket } from 'ws';
import { conversationOf, messageOf, translationOf } from '../testing/specimens.ts';
import { MONDAY, TestInbox } from '../testing/test-inbox.ts';
import { TestSocket } from '../testing/test-page.ts';
import { PendingChanges } from './pending-changes.ts';
import { PushSocket, SESSION_OVER, TOO_SLOW } from './push-socket.ts';

const sari = conversationOf('sari');
const inbound = messageOf(sari, 'top up error');
const base = { version: 1, index: 0, key: sari.key, conversationId: sari._id, at: MONDAY + 5 };
const received = {
  ...base,
  type: 'message.received',
  messageId: inbound._id,
  seq: 3,
  parts: inbound.parts,
  by: inbound.by,
  language: sari.language,
  intents: [],
  owner: sari.owner,
  region: 'ID',
};
const translated = { ...base, type: 'message.translated', index: -1, messageId: inbound._id, lang: 'zh-CN' };
const refused = {
  ...base,
  type: 'command.refused',
  commandId: 'command-1',
  command: 'send',
  by: { kind: 'agent', id: 'li-na' },
  reason: 'the owner has changed',
  draft: '半句话',
};

let inbox: TestInbox;
beforeEach(async () => {
  inbox = await TestInbox.open();
  await inbox.put({ conversation: sari }, { message: inbound });
}, 30_000);
afterEach(() => inbox.close());

const statusOf = (headers: Record<string, string>, path = '/api/push'): Promise<number> =>
  new Promise((resolve) => {
    const socket = new WebSocket(inbox.url.replace('http', 'ws') + path, { headers });
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('open', () => resolve(101));
    socket.on('error', () => undefined);
  });

describe('the door', () => {
  it('lets nobody in without a session, from another site, or to another address', async () => {
    const { cookie } = await inbox.as('li-na');
    expect(await statusOf({})).toBe(401);
    expect(await statusOf({ cookie: 'seaway_session=made-up' })).toBe(401);
    expect(await statusOf({ cookie: `seaway_session=${'A'.repeat(43)}` })).toBe(401);
    expect(await statusOf({ cookie, origin: 'https://evil.test' })).toBe(403);
    expect(await statusOf({ cookie }, '/api/pushy')).toBe(404);
    expect(await statusOf({ cookie, origin: inbox.url })).toBe(101);
  });

  it('closes when the session is ended elsewhere', async () => {
    const page = await inbox.as('li-na');
    const socket = await page.push();
    await page.request('DELETE', '/api/session');
    expect(await socket.closed).toBe(SESSION_OVER);
    expect(socket.all.at(-1)).toMatchObject({ type: 'closing' });
  });

  it('looks the session up on every request, and from time to time', async () => {
    await inbox.stop();
    await inbox.start({ push: { coalesceMs: 1, recheckMs: 20 } });
    const [asks, idles] = [await (await inbox.as('li-na')).push(), await (await inbox.as('omar')).push()];
    const docs = inbox.store.collection(sessions);
    for (const agentId of ['li-na', 'omar'])
      await docs.deleteMany((await docs.query('ofAgent', { agentId })).items.map((doc: SessionDoc) => doc._id));
    inbox.clock.at += 100;
    asks.say({ type: 'watch', conversationId: sari._id, doing: 'viewing' });
    expect(await asks.closed).toBe(SESSION_OVER);
    expect(await idles.closed).toBe(SESSION_OVER);
  });

  it('closes on what it does not understand, and echoes nothing', async () => {
    for (const text of [
      '{',
      '{"type":"hello"}',
      '{"type":"watch","conversationId":{"$ne":null},"doing":"viewing"}',
      '{"type":"ping","x":"<script>"}',
    ]) {
      const socket = await (await inbox.as('li-na')).push();
      socket.socket.send(text);
      expect(await socket.closed).toBe(1008);
      expect(JSON.stringify(socket.all)).not.toMatch(/script|\$ne/);
    }
    const socket = await (await inbox.as('li-na')).push();
    socket.socket.send('x'.repeat(5000));
    expect(await socket.closed).toBe(1009);
  });
});

describe('the feed', () => {
  it('says hello, then what changed, with the row in the language of each reader', async () => {
    const [li, omar] = [await (await inbox.as('li-na')).push(), await (await inbox.as('omar')).push()];
    expect(li.all[0]).toEqual({ type: 'hello', at: MONDAY });
    await inbox.put({ translation: translationOf(inbound, 'zh-CN', '充值出错') });
    await inbox.tell(received);
    const toLi = await li.next('changed');
    expect(pushMessage.parse(toLi)).toMatchObject({
      conversationId: sari._id,
      version: 1,
      at: MONDAY + 5,
      what: ['message.received'],
      messageIds: [inbound._id],
      row: { preview: { text: '充值出错', translated: true } },
    });
    expect((await omar.next('changed')).row.preview).toMatchObject({ text: 'top up error', translated: false });
  });

  it('tells of a translation those who read its language', async () => {
    const [li, omar] = [await (await inbox.as('li-na')).push(), await (await inbox.as('omar')).push()];
    await inbox.put({ translation: translationOf(inbound, 'zh-CN', '充值出错') });
    await inbox.tell(translated);
    expect((await li.next('changed')).row.preview.text).toBe('充值出错');
    await inbox.tell({ ...base, type: 'conversation.changed', change: 'read', version: 2 });
    expect((await omar.next('changed')).what).toEqual(['conversation.changed']);
  });

  it('gives refused words back to their author alone', async () => {
    const [li, again, mei] = [
      await (await inbox.as('li-na')).push(),
      await (await inbox.as('li-na')).push(),
      await (await inbox.as('mei')).push(),
    ];
    await inbox.tell(refused, received);
    for (const socket of [li, again])
      expect(pushMessage.parse(await socket.next('refused'))).toMatchObject({
        commandId: 'command-1',
        draft: '半句话',
        reason: 'the owner has changed',
      });
    await mei.next('changed');
    expect(mei.all.map(({ type }) => type)).not.toContain('refused');
  });

  it('is caught up by /api/changes after a gap', async () => {
    const page = await inbox.as('li-na');
    const socket = await page.push();
    socket.socket.terminate();
    await socket.closed;
    const doc = await inbox.store.collection(conversations).get(sari._id);
    await inbox.store.collection(conversations).replace({ ...doc!, unread: 7, updatedAt: MONDAY + 60_000 });
    const { body } = await page.get<{ items: { unread: number }[] }>(`/api/changes?since=${MONDAY + 30_000}`);
    expect(body.items).toEqual([expect.objectContaining({ unread: 7, version: 2 })]);
  });

  it('says goodbye when the server stops', async () => {
    const socket = await (await inbox.as('li-na')).push();
    await inbox.stop();
    await socket.closed;
    expect(socket.all.at(-1)).toMatchObject({ type: 'closing' });
    await inbox.start();
  });
});

describe('colleagues', () => {
  it('see who has the same conversation open, types, and leaves', async () => {
    const [li, omar, mei] = [
      await (await inbox.as('li-na')).push(),
      await (await inbox.as('omar')).push(),
      await (await inbox.as('mei')).push(),
    ];
    const watch = (socket: TestSocket, doing: string, conversationId: string = sari._id) =>
      socket.say({ type: 'watch', conversationId, doing });
    watch(li, 'viewing');
    watch(mei, 'viewing', 'no-such-conversation');
    // Told to the newcomer, whichever of the two came first.
    watch(omar, 'viewing');
    await omar.next('presence', (m) => m.agentId === 'li-na' && m.doing === 'viewing');
    watch(li, 'typing');
    await omar.next('presence', (m) => m.agentId === 'li-na' && m.doing === 'typing');
    omar.socket.close();
    expect(await li.next('presence', (m) => m.doing === 'left')).toEqual({
      type: 'presence',
      conversationId: sari._id,
      agentId: 'omar',
      name: 'Omar',
      doing: 'left',
    });
    expect(mei.all.map(({ type }) => type)).toEqual(['hello']);
    expect((await inbox.store.collection(agents).get('mei'))?.presence).toBe('online');
  });
});

describe('a socket', () => {
  const fake = (bufferedAmount: number) => {
    const done: string[] = [];
    const log =
      (what: string) =>
      (...given: unknown[]) =>
        void done.push([what, ...given].join(' '));
    return {
      done,
      socket: {
        bufferedAmount,
        readyState: 1 as const,
        send: log('send'),
        close: log('close'),
        terminate: log('terminate'),
        ping: log('ping'),
      },
    };
  };

  it('is closed instead of buffered for when its client does not read', () => {
    const { done, socket } = fake(1001);
    new PushSocket({} as never, socket, 1000, 0).sendText('x');
    expect(done).toEqual([`close ${TOO_SLOW} too slow`, 'terminate']);
  });

  it('is dropped when it did not answer the last beat', () => {
    const { done, socket } = fake(0);
    const push = new PushSocket({} as never, socket, 1000, 0);
    push.beat();
    push.heard(0);
    push.beat();
    push.beat();
    expect(done).toEqual(['ping', 'ping', 'terminate']);
  });
});

describe('changes that wait', () => {
  it('are one per conversation', () => {
    const pending = new PendingChanges();
    for (const event of [received, translated, { ...received, conversationId: 'other' }]) pending.add(event as never);
    expect(
      pending.take().map(({ what, messageIds, onlyTranslations }) => [[...what], messageIds.size, onlyTranslations]),
    ).toEqual([
      [['message.received', 'message.translated'], 1, false],
      [['message.received'], 1, false],
    ]);
    expect(pending.size).toBe(0);
  });
});
