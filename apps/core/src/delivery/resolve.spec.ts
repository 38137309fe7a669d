import { beforeEach, describe, expect, it } from '@jest/globals';
import type { OutboundSend } from '#libs/contracts';
import { conversations, messages, type MessageDoc } from '#libs/store';
import { LI_NA, TestCore } from '../testing/test-core.ts';

describe('a delivery that nobody knows the outcome of', () => {
  let core: TestCore;
  let sent: OutboundSend;
  beforeEach(async () => {
    core = await TestCore.open();
    await core.take(core.message('halo'), core.reply('Halo Kak'), core.reply('Ada lagi?'));
    sent = core.outbound()[0]!;
    await core.take(core.outcome(sent, 'unknown'));
  });

  const message = async (): Promise<MessageDoc> => (await core.store.collection(messages).get(sent.messageId))!;
  const resolve = (outcome: 'sent' | 'failed', attempt = 0, note?: string) =>
    core.command('resolve', LI_NA, {
      messageId: sent.messageId,
      attempt,
      outcome,
      ...(note === undefined ? {} : { note }),
    });
  const refusals = (): string[] =>
    core.feed().flatMap((event) => (event.type === 'command.refused' ? [event.reason] : []));
  const unknown = async (): Promise<string[]> =>
    (await core.store.collection(messages).query('unknown', {})).items.map((one) => one._id);

  it('is found by the question for unknown ones, until a person says that it arrived', async () => {
    expect(await unknown()).toEqual([sent.messageId]);
    expect(await message()).toMatchObject({ status: 'unknown', unknownSince: core.clock.now() });

    await core.take(resolve('sent', 0, 'the customer quoted it'));

    expect(await unknown()).toEqual([]);
    expect((await message()).trace.at(-1)).toMatchObject({
      step: 'command',
      says: 'Li Na says that it arrived: the customer quoted it',
    });
    expect(core.feed().at(-1)).toMatchObject({
      type: 'message.status',
      messageId: sent.messageId,
      status: 'sent',
      by: LI_NA,
    });
  });

  it('fails when a person says so, and is then sent again as a new attempt', async () => {
    await core.take(resolve('failed'));
    expect(await message()).toMatchObject({
      status: 'failed',
      failure: { reason: 'Li Na says that it did not arrive' },
    });

    await core.take(core.outcome(core.outbound()[1]!, 'sent'));
    await core.take(core.command('resend', LI_NA, { messageId: sent.messageId }));

    expect(core.outbound().at(-1)).toMatchObject({ messageId: sent.messageId, attempt: 1 });
    expect(refusals()).toEqual([]);
  });

  it('lets the chat go on as it went: nothing that waits is released twice', async () => {
    expect(core.outbound().map((one) => one.parts)).toHaveLength(2);
    await core.take(core.reply('Terima kasih'));
    await core.take(resolve('sent'));
    expect(core.outbound()).toHaveLength(2);

    await core.take(core.outcome(core.outbound()[1]!, 'sent'));
    expect(core.outbound()).toHaveLength(3);
  });

  it('lets what waits behind it go when the chat still waited for that outcome', async () => {
    await core.take(core.reply('Terima kasih'));
    const state = await core.state();
    await core.store
      .collection(conversations)
      .replace({ ...state, inFlight: { messageId: sent.messageId, attempt: 0, since: 0 } });
    core.lane = core.newLane();

    await core.take(resolve('sent'));

    expect(core.outbound().at(-1)).toMatchObject({ parts: [{ type: 'text', text: 'Terima kasih' }] });
  });

  it('is resolved once: a second opinion, a late one and one about another attempt are refused', async () => {
    await core.take(resolve('sent', 1));
    await core.take(resolve('sent'), resolve('failed'));
    await core.take(resolve('failed'));

    expect(refusals()).toEqual([
      'it was sent again meanwhile; look at what became of that',
      'it is sent; only an unknown outcome is in doubt',
      'it is sent; only an unknown outcome is in doubt',
    ]);
    expect(await message()).toMatchObject({ status: 'sent' });
  });

  it('is not resolved over a resend that was decided a moment before', async () => {
    await core.take(core.command('resend', LI_NA, { messageId: sent.messageId }), resolve('failed'));

    expect(refusals()).toEqual(['it was sent again meanwhile; look at what became of that']);
    expect(await message()).toMatchObject({ status: 'queued', attempt: 1 });
  });

  it('is sent again once, however often that was clicked', async () => {
    const again = (): ReturnType<typeof core.command> => core.command('resend', LI_NA, { messageId: sent.messageId });
    await core.take(again(), again());
    await core.take(core.outcome(core.outbound()[1]!, 'sent'));

    expect(core.outbound().filter((one) => one.messageId === sent.messageId)).toHaveLength(2);
    expect(refusals()).toHaveLength(1);
  });

  it('refuses what is no message of ours', async () => {
    const [first] = await core.timeline();
    await core.take({ ...resolve('sent'), messageId: first!._id }, { ...resolve('sent'), messageId: 'none' as never });
    expect(refusals()).toEqual(['there is no such message of ours', 'there is no such message of ours']);
  });
});
