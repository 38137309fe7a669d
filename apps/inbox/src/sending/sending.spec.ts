import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { command, type CommandId, messageIdOf, previewView, type PreviewView } from '#libs/contracts';
import type { Translator } from '#libs/language';
import { seen } from '#libs/store';
import { conversationOf, messageOf } from '../testing/specimens.ts';
import { MONDAY, TestInbox } from '../testing/test-inbox.ts';
import type { TestPage } from '../testing/test-page.ts';

const sari = conversationOf('sari');
const inbound = messageOf(sari, 'top up error');
const path = (what: string): string => `/api/conversations/${sari._id}/${what}`;
/** An approved sentence of the pack, which needs no engine. */
const APOLOGY = '很抱歉给您带来不便。';

let inbox: TestInbox;
let page: TestPage;
let approved: { agent: string; customer: string };
beforeEach(async () => {
  inbox = await TestInbox.open();
  await inbox.put({ conversation: sari }, { message: inbound });
  page = await inbox.as('li-na');
  const { knowledge } = inbox.known;
  approved = {
    agent: knowledge.fill('ewallet-topup', 'zh-CN', {}).text,
    customer: knowledge.fill('ewallet-topup', 'id', {}).text,
  };
}, 30_000);
afterEach(() => inbox.close());

describe('preview', () => {
  const preview = async (body: object): Promise<PreviewView> => {
    const { status, body: view } = await page.post<PreviewView>(path('preview'), body);
    expect(status).toBe(200);
    return previewView.parse(view);
  };

  it('shows what the customer would read, and publishes nothing', async () => {
    const view = await preview({ text: approved.agent });
    expect(view).toMatchObject({
      final: approved.customer,
      lang: 'id',
      engine: 'phrasebook',
      decision: 'release',
      length: { used: approved.customer.length, limit: 4096, pieces: 1 },
    });
    expect(await inbox.commands()).toEqual([]);
  });

  it('says what the rules find, on the text the customer would read', async () => {
    const view = await preview({ text: '提现保证100%到账', final: 'Penarikan Anda pasti 100% berhasil.' });
    expect(view).toMatchObject({
      decision: 'block',
      findings: [expect.objectContaining({ ruleId: 'sea-withdrawal-promise' })],
    });
    const [span] = view.findings[0]!.spans;
    expect(view.final!.slice(span!.start, span!.end)).toContain('100%');
  });

  it('says when no engine can translate it', async () => {
    const view = await preview({ text: '一句从未批准过的话，谁也不认识。' });
    expect(view.final).toBeUndefined();
    expect(view).toMatchObject({ lang: 'id', decision: 'hold', unavailable: expect.stringContaining('zh-CN → id') });
  });

  it('says what must not be said even where nothing translates it, with the approved sentence in the language of the agent', async () => {
    const view = await preview({ text: '提现保证100%到账' });
    expect(view).toMatchObject({
      decision: 'block',
      findings: [expect.objectContaining({ ruleId: 'sea-withdrawal-promise' })],
      unavailable: expect.any(String),
    });
    const { final, decision } = await preview({ text: view.findings[0]!.fix!.text });
    expect({ final, decision }).toEqual({ final: expect.stringContaining('1–3 hari kerja'), decision: 'release' });
  });

  it('fills a template, and says which slots are open', async () => {
    expect(await preview({ text: '', templateId: 'ewallet-topup' })).toMatchObject({
      final: approved.customer,
      engine: 'template',
    });
    expect((await preview({ text: '', templateId: 'topup-pending' })).unavailable).toContain('hours');
    const slots = Object.fromEntries(
      (await page.get<{ id: string; slots: string[] }[]>(`${path('templates')}?q=topup-pending`)).body[0]!.slots.map(
        (name) => [name, '24'],
      ),
    );
    expect((await preview({ text: '', templateId: 'topup-pending', slots })).final).toContain('24');
    const unknown = await page.post(path('preview'), { text: '', templateId: 'no-such' });
    expect([unknown.status, unknown.body.error?.fields?.[0]?.path]).toEqual([400, 'templateId']);
  });

  it('is quick without network engines', async () => {
    await preview({ text: approved.agent });
    const took: number[] = [];
    for (let i = 0; i < 40; i += 1) {
      const begun = performance.now();
      await preview({ text: `${approved.agent}${' '.repeat(i)}` });
      took.push(performance.now() - begun);
    }
    expect(took.sort((a, b) => a - b)[20]).toBeLessThan(50);
  });
});

describe('send', () => {
  const send = (body: object, from = page) =>
    from.post<{ messageId?: string }>(path('messages'), { commandId: 'command-1', ...body });

  it('publishes one command with what the customer will read, and what the agent wrote', async () => {
    const { status, body } = await send({ text: approved.agent, ifSeq: 3 });
    expect([status, body]).toEqual([202, { commandId: 'command-1', messageId: messageIdOf('command-1' as CommandId) }]);
    const [only, ...rest] = await inbox.commands();
    expect(rest).toEqual([]);
    expect(command.parse(only)).toEqual({
      type: 'send',
      commandId: 'command-1',
      key: sari.key,
      by: { kind: 'agent', id: 'li-na', name: 'Li Na' },
      at: MONDAY,
      ifSeq: 3,
      parts: [{ type: 'text', text: approved.customer }],
      composition: {
        source: { text: approved.agent, lang: 'zh-CN' },
        lang: 'id',
        engine: 'phrasebook',
        confidence: expect.any(Number),
      },
    });
  });

  it('publishes once, however often and at once it is asked, and after a restart', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => send({ text: approved.agent })));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.messageId}`)).size).toBe(1);
    expect(await inbox.commands()).toHaveLength(1);
    await inbox.store.collection(seen).insert({ _id: 'command-1', at: MONDAY });
    await inbox.stop();
    await inbox.start();
    expect((await send({ text: approved.agent }, await inbox.as('li-na'))).status).toBe(202);
    expect(await inbox.commands()).toHaveLength(1);
  });

  it('takes nothing new while intake is closed, says why, and takes it when it opens', async () => {
    let reason: string | undefined;
    await inbox.stop();
    await inbox.start({ intake: { open: () => reason === undefined, reason: () => reason } });
    const from = await inbox.as('li-na');
    expect((await send({ text: approved.agent }, from)).status).toBe(202);
    reason = 'the disk is nearly full';
    expect((await send({ text: approved.agent }, from)).status).toBe(202);
    const refused = await send({ text: approved.agent, commandId: 'command-2' }, from);
    expect([refused.status, refused.body.error?.code]).toEqual([503, 'unavailable']);
    expect(refused.body.error?.message).toContain('the disk is nearly full');
    expect(await inbox.commands()).toHaveLength(1);
    reason = undefined;
    expect((await send({ text: approved.agent, commandId: 'command-2' }, from)).status).toBe(202);
    expect(await inbox.commands()).toHaveLength(2);
  });

  it('refuses a command id that was used for other words', async () => {
    await send({ text: approved.agent });
    const again = await send({ text: '', final: 'Halo' });
    expect([again.status, again.body.error?.code]).toEqual([409, 'conflict']);
    expect(await inbox.commands()).toHaveLength(1);
  });

  it('publishes nothing that a rule forbids, whoever asks and whatever the reason; mended words pass under the same id', async () => {
    const text = { text: '保证', final: 'Penarikan Anda pasti 100% berhasil.' };
    for (const body of [text, { ...text, override: { reason: 'the customer insists' } }]) {
      for (const from of [page, await inbox.as('mei')]) {
        const { status, body: answer } = await send(body, from);
        expect([status, answer.error?.code]).toEqual([422, 'blocked']);
        expect(answer.error?.findings?.[0]).toMatchObject({ ruleId: 'sea-withdrawal-promise', severity: 'block' });
      }
    }
    expect(await inbox.commands()).toEqual([]);
    expect((await send({ text: '', final: 'Kami sedang memeriksa.' })).status).toBe(202);
  });

  it('takes the words of the agent as they are when they are final', async () => {
    await send({ text: '我们在查', final: 'Kami sedang memeriksa.' });
    await send({ commandId: 'command-2', text: 'Kami cek dulu.', final: 'Kami cek dulu.' });
    const sent = (await inbox.commands()).map((one) => (one.type === 'send' ? one.composition : undefined));
    expect(sent).toEqual([
      { source: { text: '我们在查', lang: 'zh-CN' }, engine: 'author', confidence: 1, lang: 'id' },
      { lang: 'id' },
    ]);
  });

  it('uses a template only while its words are unchanged', async () => {
    await send({ text: approved.agent, templateId: 'ewallet-topup' });
    const [templated] = await inbox.commands();
    expect(templated).toMatchObject({
      composition: { templateId: 'ewallet-topup', engine: 'template', source: { text: approved.agent } },
    });
    const changed = await send({ commandId: 'command-2', text: '我自己写的另一句话', templateId: 'ewallet-topup' });
    expect([changed.status, changed.body.error?.code]).toEqual([422, 'unavailable']);
    expect(await inbox.commands()).toHaveLength(1);
  });

  it('says so when it cannot be translated, and when there is nothing to send', async () => {
    for (const text of ['一句从未批准过的话，谁也不认识。', '', '   ']) {
      const { status, body } = await send({ text });
      expect([status, body.error?.code]).toEqual([422, 'unavailable']);
    }
    expect(await inbox.commands()).toEqual([]);
  });

  it('refuses when the customer has written since', async () => {
    const { status, body } = await send({ text: approved.agent, ifSeq: 2 });
    expect([status, body.error?.code]).toEqual([409, 'conflict']);
    expect(await inbox.commands()).toEqual([]);
  });

  it('refuses where nothing can be sent', async () => {
    const gone = conversationOf('gone', { optedOut: true });
    await inbox.put({ conversation: gone });
    const { status, body } = await page.post(`/api/conversations/${gone._id}/messages`, {
      commandId: 'command-9',
      text: APOLOGY,
    });
    expect([status, body.error?.code]).toEqual([422, 'unavailable']);
  });

  it('sends what the preview showed, though the engine would answer differently now', async () => {
    let asked = 0;
    const fickle: Translator = {
      translate: async () => ({
        status: 'translated',
        text: `Jawaban ${(asked += 1)}`,
        engine: 'fickle',
        confidence: 0.8,
        flags: [],
        terms: [],
        ms: 1,
      }),
      engineStatus: () => [],
    };
    await inbox.stop();
    await inbox.start({ translator: fickle });
    page = await inbox.as('li-na');
    const shown = await page.post<PreviewView>(path('preview'), { text: '你好' });
    await send({ text: '你好' }, page);
    expect((await inbox.commands())[0]).toMatchObject({ parts: [{ text: shown.body.final }] });
  });

  it('needs a reason where a rule warns, and passes it on with the role', async () => {
    const { compileRules } = await import('#libs/policy');
    const warning = inbox.known.rules.rules.find(({ id }) => id === 'sea-withdrawal-promise')!;
    await inbox.stop();
    await inbox.start({ ruleset: compileRules([{ ...warning, severity: 'warn' }]) });
    page = await inbox.as('li-na');
    const words = { text: '', final: 'Penarikan Anda pasti 100% berhasil.' };
    expect((await send(words, page)).body.error).toMatchObject({
      code: 'blocked',
      message: expect.stringContaining('reason'),
    });
    expect(await inbox.commands()).toEqual([]);
    expect((await send({ ...words, override: { reason: 'agreed with legal' } }, page)).status).toBe(202);
    expect((await inbox.commands())[0]).toMatchObject({ override: { reason: 'agreed with legal', role: 'agent' } });
  });
});

describe('every other click', () => {
  const until = MONDAY + 3_600_000;
  it.each<[string, object, object]>([
    ['notes', { text: '内部备注' }, { type: 'note', text: '内部备注' }],
    [
      'assign',
      { to: { kind: 'agent', id: 'omar' } },
      { type: 'assign', to: { kind: 'agent', id: 'omar', name: 'Omar' }, reason: 'assigned by Li Na' },
    ],
    [
      'assign',
      { to: { kind: 'queue', id: 'trust' } },
      { type: 'assign', to: { kind: 'queue', id: 'trust', name: 'Trust and safety' } },
    ],
    [
      'assign',
      { to: { kind: 'bot', id: 'seabot' } },
      { type: 'assign', to: { kind: 'bot', id: 'seabot', name: 'Seabot' } },
    ],
    ['take', {}, { type: 'take', agentId: 'li-na' }],
    ['close', { reason: 'solved' }, { type: 'close', reason: 'solved' }],
    ['reopen', {}, { type: 'reopen' }],
    ['snooze', { until }, { type: 'snooze', until }],
    ['language', { lang: 'ms' }, { type: 'pin-language', lang: 'ms' }],
    ['language', { lang: null }, { type: 'pin-language', lang: null }],
    ['read', {}, { type: 'mark-read' }],
  ])('%s %j becomes one command, once', async (what, body, expected) => {
    for (let i = 0; i < 2; i += 1)
      expect((await page.post(path(what), { commandId: 'click-001', ...body })).status).toBe(202);
    const commands = await inbox.commands();
    expect(commands).toHaveLength(1);
    expect(command.parse(commands[0])).toMatchObject({
      ...expected,
      commandId: 'click-001',
      key: sari.key,
      by: { kind: 'agent', id: 'li-na' },
    });
  });

  it.each(['resend', 'recall'])('%s names the message', async (what) => {
    const { status, body } = await page.post(`/api/messages/${inbound._id}/${what}`, { commandId: 'click-001' });
    expect([status, body]).toEqual([202, { commandId: 'click-001', messageId: inbound._id }]);
    expect((await inbox.commands())[0]).toMatchObject({ type: what, messageId: inbound._id, key: sari.key });
  });

  it.each<[string, object, string]>([
    ['assign', { to: { kind: 'agent', id: 'nobody' } }, 'to.id'],
    ['assign', { to: { kind: 'bot', id: 'li-na' } }, 'to.id'],
    ['snooze', { until: MONDAY }, 'until'],
    ['snooze', { until: MONDAY + 400 * 86_400_000 }, 'until'],
    ['language', { lang: 'not a language' }, 'lang'],
    ['language', { lang: 'und' }, 'lang'],
  ])('%s %j is refused and publishes nothing', async (what, body, field) => {
    const { status, body: answer } = await page.post(path(what), { commandId: 'click-001', ...body });
    expect([status, answer.error?.fields?.[0]?.path]).toEqual([400, field]);
    expect(await inbox.commands()).toEqual([]);
  });
});
