import { type BotAnswer, type Knowledge, type Turn } from '#libs/knowledge';
import {
  type Actor,
  type Command,
  type CommandId,
  type ConversationKey,
  type MessageId,
  uuidv5,
} from '#libs/contracts';

/** What the customer said last, and where; enough to answer once. */
export interface Unanswered {
  key: ConversationKey;
  messageId: MessageId;
  text: string;
  lang: string;
  region: readonly string[];
  history: readonly Turn[];
  opensAt?: string;
}

/**
 * The bot's answer as commands anybody could give: one message, and a hand-over when it was asked for a person, is unsure, or
 * the matter is not for a machine. Command ids follow from the customer's message, so a repeated event answers once. Pure.
 */
export function answer(
  knowledge: Knowledge,
  bot: { id: string; name: string },
  question: Unanswered,
  now: number,
): Command[] {
  const reply = knowledge.botAnswer({
    text: question.text,
    lang: question.lang,
    region: question.region,
    history: question.history,
    ...(question.opensAt === undefined ? {} : { opensAt: question.opensAt }),
  });
  const by: Actor = { kind: 'bot', id: bot.id, name: bot.name };
  const base = { key: question.key, by, at: now, ifOwner: `bot:${bot.id}` };
  const say: Command = {
    ...base,
    type: 'send',
    commandId: uuidv5('bot', 'say', question.messageId) as CommandId,
    parts: [{ type: 'text', text: reply.text }],
    composition: {
      lang: reply.lang,
      engine: 'pack',
      ...(reply.kind === 'answer' ? { templateId: reply.templateId, confidence: reply.confidence } : {}),
    },
  };
  if (reply.kind === 'answer') return [say];
  return [
    say,
    {
      ...base,
      type: 'hand-over',
      commandId: uuidv5('bot', 'hand-over', question.messageId) as CommandId,
      reason: REASONS[reply.reason],
      summary: question.text.slice(0, 500),
    },
  ];
}

const REASONS: Record<Extract<BotAnswer, { kind: 'handover' }>['reason'], string> = {
  asked_for_person: 'the customer asked for a person',
  sensitive: 'the message has words of law, fraud, press or regulators',
  dispute: 'a dispute or complaint is not for the bot',
  unsure: 'the bot is not sure of its answer',
  repeated: 'the customer asks the same again',
  no_locale: "the pack has no answer in the customer's language",
};
