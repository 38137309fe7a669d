import { beforeAll, describe, expect, it } from '@jest/globals';
import { conversationKeyOf, type MessageId } from '#libs/contracts';
import { createKnowledge, type Knowledge, loadPack } from '#libs/knowledge';
import { answer, type Unanswered } from './duty.ts';

const BOT = { id: 'seabot', name: 'Seabot' };
const NOW = 1_000;

function question(text: string, lang: string, extra: Partial<Unanswered> = {}): Unanswered {
  return {
    key: conversationKeyOf('telegram', 'shop', '42'),
    messageId: 'message-1' as MessageId,
    text,
    lang,
    region: ['ID', 'SEA'],
    history: [],
    ...extra,
  };
}

describe('the bot on duty', () => {
  let knowledge: Knowledge;
  beforeAll(async () => {
    knowledge = createKnowledge(await loadPack('packs/livestream'));
  });

  it("answers what the pack knows, in the customer's language, only while it owns the conversation", () => {
    const [say, ...more] = answer(knowledge, BOT, question('top up uang elektronik error', 'id'), NOW);
    expect(more).toEqual([]);
    expect(say).toMatchObject({
      type: 'send',
      by: { kind: 'bot', id: 'seabot' },
      ifOwner: 'bot:seabot',
      composition: { lang: 'id' },
    });
  });

  it('says the same under the same command id when an event comes again', () => {
    const ask = (): string[] =>
      answer(knowledge, BOT, question('top up uang elektronik error', 'id'), NOW).map((c) => c.commandId);
    expect(ask()).toEqual(ask());
  });

  it.each([
    ['id', 'mau bicara dengan manusia'],
    ['es', 'quiero hablar con una persona'],
    ['ar', 'أريد التحدث مع موظف'],
    ['zh-Hans', '我要人工'],
  ])('hands over when asked in %s, after telling the customer', (lang, text) => {
    const commands = answer(knowledge, BOT, question(text, lang), NOW);
    expect(commands.map((c) => c.type)).toEqual(['send', 'hand-over']);
    expect(commands[1]).toMatchObject({ reason: 'the customer asked for a person', summary: text });
  });
});
