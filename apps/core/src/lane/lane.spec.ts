import { beforeEach, describe, expect, it } from '@jest/globals';
import { contacts, conversations, messages } from '#libs/store';
import { LI_NA, SEABOT, TestCore } from '../testing/test-core.ts';

describe.each([
  ['written in whole decisions', false],
  ['written document by document', true],
])('a conversation %s', (_, oneByOne) => {
  let core: TestCore;
  beforeEach(async () => {
    core = await TestCore.open({ oneByOne });
  });

  it('records a first message, understands it and gives it to the agent on shift', async () => {
    await core.take(core.message('top up uang elektronik error'));

    const state = await core.state();
    expect(state.owner).toMatchObject({ kind: 'agent', id: 'li-na' });
    expect(state.language).toMatchObject({ lang: 'id', mixedWith: ['en'] });
    expect(state.region).toMatchObject({ country: 'ID' });
    const [message, assigned] = await core.timeline();
    expect(message).toMatchObject({ direction: 'in', seq: 1, text: 'top up uang elektronik error' });
    expect(message!.trace.map((s) => s.step)).toEqual(['received', 'normalised', 'language', 'intent', 'rules']);
    expect(assigned).toMatchObject({ kind: 'event', event: { what: 'assigned' } });
  });

  it('takes a redelivered message once', async () => {
    const message = core.message('halo');
    await core.take(message);
    await core.take(message, message);

    expect(await core.words()).toEqual(['halo']);
    expect(core.feed().filter((e) => e.type === 'message.received')).toHaveLength(1);
  });

  it('keeps the order of acceptance when many are folded into one decision', async () => {
    const said = Array.from({ length: 64 }, (_, i) => `pesan ${i}`);
    await core.take(...said.map((text) => core.message(text)));

    expect(await core.words()).toEqual(said);
    const versions = core.feed().map((e) => [e.version, e.index]);
    expect(new Set(versions.map(String)).size).toBe(versions.length);
  });

  it('places a late message by the time of the provider and marks it', async () => {
    const t0 = core.clock.now();
    await core.take(core.message('satu', { providerTime: t0 - 600_000 }), core.message('tiga', { providerTime: t0 }));
    await core.take(core.message('dua', { providerTime: t0 - 300_000 }));

    expect(await core.words()).toEqual(['satu', 'dua', 'tiga']);
    expect((await core.timeline()).find((m) => m.text === 'dua')).toMatchObject({ late: true });
  });

  it('lets one message go at a time, the next when the first has an outcome', async () => {
    await core.take(core.message('halo'));
    await core.take(core.reply('Halo Kak'), core.reply('Ada yang bisa dibantu?'));
    expect(core.outbound().map((o) => o.parts)).toEqual([[{ type: 'text', text: 'Halo Kak' }]]);

    await core.take(core.outcome(core.outbound()[0]!, 'sent'));
    expect(core.outbound()).toHaveLength(2);
    const sent = (await core.timeline()).filter((m) => m.direction === 'out');
    expect(sent.map((m) => m.status)).toEqual(['sent', 'released']);
  });

  it('shows an unknown outcome and sends again only by hand, as a new attempt', async () => {
    await core.take(core.message('halo'), core.reply('Halo Kak'));
    const [first] = core.outbound();
    await core.take(core.outcome(first!, 'unknown'));
    expect(core.outbound()).toHaveLength(1);

    await core.take(core.command('resend', LI_NA, { messageId: first!.messageId }));
    expect(core.outbound().map((o) => o.attempt)).toEqual([0, 1]);
  });

  it('holds what a rule of the region forbids, and nothing leaves', async () => {
    await core.take(core.message('kapan uang saya cair?'));
    await core.take(core.reply('Penarikan dijamin 100% berhasil'));

    expect(core.outbound()).toHaveLength(0);
    const held = (await core.timeline()).find((m) => m.direction === 'out');
    expect(held).toMatchObject({ status: 'held', failure: { kind: 'policy' } });
    expect(core.feed().find((e) => e.type === 'command.refused')).toMatchObject({
      draft: 'Penarikan dijamin 100% berhasil',
    });
  });

  it('starts a 24-hour clock on a content complaint in the Middle East', async () => {
    const who = { externalId: '42', name: 'Fahad', locale: 'ar', country: 'SA' };
    await core.take(core.message('أريد الإبلاغ عن محتوى مسيء في البث المباشر', { contact: who }));

    const state = await core.state();
    expect(state.clocks).toMatchObject([{ state: 'running', dueAt: core.clock.now() + 24 * 3_600_000 }]);
    expect(state.queueId).toBe('trust-safety');
  });

  it('refuses the bot once a person owns the conversation, and gives the words back', async () => {
    await core.take(core.message('halo'));
    await core.take(core.reply('Halo, saya asisten otomatis', SEABOT));

    expect(core.outbound()).toHaveLength(0);
    expect(core.feed().find((e) => e.type === 'command.refused')).toMatchObject({
      reason: 'the bot is not on duty here any more',
    });
  });

  it('refuses an answer to words that were not the last', async () => {
    await core.take(core.message('halo'), core.message('masih di sana?'));
    await core.take({ ...core.reply('Halo'), ifSeq: 1 });
    expect(core.outbound()).toHaveLength(0);
  });

  it('gives it to the bot when nobody is on shift, with what the customer said', async () => {
    core.clock.at += 12 * 3_600_000;
    await core.take(core.message('top up uang elektronik error'));

    expect((await core.state()).owner).toMatchObject({ kind: 'bot', id: 'seabot' });
    const assigned = core.feed().find((e) => e.type === 'conversation.changed' && e.change === 'assigned');
    expect(assigned).toMatchObject({ unanswered: { text: 'top up uang elektronik error', lang: 'id' } });
  });

  it('does not offer the bot again after it handed over', async () => {
    core.clock.at += 12 * 3_600_000;
    await core.take(core.message('halo'));
    await core.take(core.command('hand-over', SEABOT, { reason: 'the customer asked for a person' }));
    expect((await core.state()).owner).toMatchObject({ kind: 'queue', id: 'sea' });
  });

  it('begins a new case with the first message after a close, and gives the slot back', async () => {
    await core.take(core.message('halo'));
    const first = (await core.state()).case.number;
    await core.take(core.command('close', LI_NA, {}));
    expect((await core.state()).status).toBe('closed');
    await core.take(core.message('masih error'));

    const state = await core.state();
    expect(state.status).toBe('open');
    expect(state.case.n).toBe(2);
    expect(state.case.number).not.toBe(first);
  });

  it('finishes what a crash left between commit and effects', async () => {
    const crash = new Error('power cut');
    const { publish } = core.bus;
    core.bus.publish = async () => {
      throw crash;
    };
    await expect(core.take(core.message('halo'))).rejects.toBe(crash);
    core.bus.publish = publish;
    core.lane = core.newLane();
    await core.lane.finish(core.key);

    expect(core.feed().filter((e) => e.type === 'message.received')).toHaveLength(1);
    expect(await core.words()).toEqual(['halo']);
    await core.lane.close();
  });

  it('knows a duplicate by the effects that a crash left over', async () => {
    const message = core.message('halo');
    const { publish } = core.bus;
    core.bus.publish = async () => {
      throw new Error('power cut');
    };
    await expect(core.take(message)).rejects.toThrow('power cut');
    core.bus.publish = publish;
    core.lane = core.newLane();
    await core.take(message);
    expect(core.feed().filter((e) => e.type === 'message.received')).toHaveLength(1);
  });

  it('decides again when somebody else wrote the conversation meanwhile', async () => {
    await core.take(core.message('halo'));
    const other = core.newLane();
    await Promise.all([
      core.lane.handle(core.key, [{ kind: 'event', event: core.message('a') }]),
      other.handle(core.key, [{ kind: 'event', event: core.message('b') }]),
    ]);
    expect((await core.words()).toSorted()).toEqual(['a', 'b', 'halo']);
    expect((await core.timeline()).map((m) => m.seq)).toEqual([1, 2, 3, 4]);
  });

  it('applies what comes in one batch with its message: an edit, and a receipt with its outcome', async () => {
    const edit = { ...core.message('isi baru', { providerMessageId: '77' }), type: 'edit' as const };
    edit.eventId = `${edit.eventId}-edit` as never;
    await core.take(core.message('isi lama', { providerMessageId: '77' }), edit);
    expect(await core.words()).toEqual(['isi baru']);
    await core.take(core.reply('Siap'));
    const sent = core.outcome(core.outbound()[0]!, 'sent');
    const read = {
      ...sent,
      type: 'receipt' as const,
      eventId: `${sent.eventId}-read` as never,
      messageId: undefined,
      providerMessageId: sent.providerMessageIds[0]!,
      state: 'read' as const,
    };
    await core.take(sent, read as never);
    expect((await core.timeline()).find((entry) => entry.direction === 'out')).toMatchObject({ status: 'read' });
    expect(core.bus.take('seaway.inbound.telegram')).toEqual([]);
  });

  it('shows nothing of a message that was taken back, not in the list either, whatever edit comes after', async () => {
    const said = core.message('nomor kartu saya', { providerMessageId: '77' });
    const { eventId, ...base } = said;
    const taken = { ...base, eventId: `${eventId}-delete`, type: 'delete' };
    const edit = { ...base, eventId: `${eventId}-edit`, type: 'edit', parts: [{ type: 'text', text: 'kartu' }] };
    await core.take(said);
    await core.take(taken as never);
    await core.take(edit as never);
    expect((await core.timeline())[0]).toMatchObject({ text: '', parts: [], tokens: [] });
    const { preview } = await core.state();
    expect(preview).toMatchObject({ text: '', by: 'customer' });
    expect(preview.messageId).toBeUndefined();
  });

  it('applies an edit that came before its message once that appears', async () => {
    await core.take(core.message('halo'));
    const edit = { ...core.message('isi baru', { providerMessageId: '77' }), type: 'edit' as const };
    edit.eventId = `${edit.eventId}-edit` as never;
    await core.take(edit);
    await core.take(core.message('isi lama', { providerMessageId: '77' }));
    const told = core.bus.take('seaway.inbound.telegram') as (typeof edit)[];
    expect(told).toHaveLength(1);
    await core.take(told[0]!);
    expect(await core.words()).toEqual(['halo', 'isi baru']);
  });

  it('applies what came before the conversation had begun, also to a later message', async () => {
    const edit = { ...core.message('isi baru', { providerMessageId: '77' }), type: 'edit' as const };
    edit.eventId = `${edit.eventId}-edit` as never;
    await core.take(edit);
    await core.take(core.message('halo'));
    const again = core.bus.take('seaway.inbound.telegram') as (typeof edit)[];
    expect(again).toHaveLength(1);
    await core.take(again[0]!);
    await core.take(core.message('isi lama', { providerMessageId: '77' }));
    const told = core.bus.take('seaway.inbound.telegram') as (typeof edit)[];
    await core.take(told.at(-1)!);
    expect(await core.words()).toEqual(['halo', 'isi baru']);
  });

  it('clears performed effects, so that nothing is left to sweep', async () => {
    await core.take(core.message('halo'));
    await core.lane.close();
    const { items } = await core.store
      .collection(conversations)
      .query('pendingBefore', { before: Number.MAX_SAFE_INTEGER });
    expect(items).toHaveLength(0);
    expect(
      (await core.store.collection(messages).query('thread', { conversationId: (await core.state())._id })).items
        .length,
    ).toBeGreaterThan(0);
  });
});

describe('a decision whose effects a crash left over', () => {
  it('knows a message that a crash left over when the next input is about it', async () => {
    const core = await TestCore.open({ oneByOne: true });
    await core.take(core.message('halo'));
    const entries = core.store.collection(messages);
    const { insertMany } = entries;
    entries.insertMany = () => Promise.reject(new Error('power cut'));
    await expect(core.take(core.message('isi lama', { providerMessageId: '77' }))).rejects.toThrow('power cut');
    entries.insertMany = insertMany;
    core.lane = core.newLane();
    const edit = { ...core.message('isi baru', { providerMessageId: '77' }), type: 'edit' as const };
    edit.eventId = `${edit.eventId}-edit` as never;
    await core.take(edit);
    expect(await core.words()).toEqual(['halo', 'isi baru']);
  });
});

describe('a decision in a store that can write it whole', () => {
  let core: TestCore;
  beforeEach(async () => {
    core = await TestCore.open();
  });

  const fails = (): void => {
    core.bus.publish = () => Promise.reject(new Error('power cut'));
  };

  it('is in the timeline once it is committed, and only what others have to hear is left to do', async () => {
    fails();
    await expect(core.take(core.message('halo'))).rejects.toThrow('power cut');
    expect(await core.words()).toEqual(['halo']);
    const kinds = new Set((await core.state()).pending.map(({ kind }) => kind));
    expect([...kinds].toSorted()).toEqual(['adopt', 'feed', 'route']);
  });

  it('changes nothing at all when the conversation was changed meanwhile', async () => {
    await core.take(core.message('halo'), core.reply('Halo Kak'));
    const before = await core.timeline();
    const state = await core.state();
    const atomic = core.store.atomic!;
    const other = { ...state, unread: 7 };
    const stale = [
      atomic.replacement(conversations, { ...state, unread: 9 }),
      atomic.replacement(messages, before[1]!),
    ];
    await core.store.collection(conversations).replace(other);
    expect(await atomic.commit(stale, [atomic.insertion(messages, { ...before[0]!, _id: 'new' as never })])).toBe(
      'conflict',
    );
    expect(await core.timeline()).toEqual(before);
    expect((await core.state()).unread).toBe(7);
  });

  it('decides again when its message was changed by somebody else', async () => {
    await core.take(core.message('halo'), core.reply('Halo Kak'));
    const sent = (await core.timeline()).find((entry) => entry.direction === 'out')!;
    await core.store.collection(messages).replace({ ...sent, reactions: [{ by: 'customer', emoji: ['👍'] }] });
    await core.take(core.outcome(core.outbound()[0]!, 'sent'));
    expect((await core.timeline()).find((entry) => entry.direction === 'out')).toMatchObject({
      status: 'sent',
      reactions: [{ emoji: ['👍'] }],
    });
    expect(core.feed().filter((event) => event.type === 'message.status')).toHaveLength(1);
  });

  it('keeps a first contact as the last of its messages describes it', async () => {
    const who = (name: string) => ({ contact: { externalId: '42', name, locale: 'id' } });
    await core.take(core.message('halo', who('Sari')), core.message('kak', who('Sari W')));
    const { items } = await core.store.collection(contacts).query('newest', {});
    expect(items.map(({ name }) => name)).toEqual(['Sari W']);
  });
});
