import { Controller, Inject, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { type Bus, type KeyBatch, OriginalErrorFilter, recordOf } from '#libs/bus';
import { type Clock, COMMANDS_TOPIC, EVENTS_TOPIC, type FeedEvent, type MessageId, textOf } from '#libs/contracts';
import type { Knowledge, Turn } from '#libs/knowledge';
import type { SeawayConfig } from '#libs/platform';
import { conversations, type ConversationDoc, messages, type Store } from '#libs/store';
import { answer } from './duty.ts';
import { nextOpening, wallClock } from './opening.ts';

export const BOT_GROUP = Symbol('seaway-bot');
export const BOT_OPTIONS = Symbol('BotOptions');

export interface BotOptions {
  runtime: { bus: Bus; store: Store; config: SeawayConfig; clock: Clock };
  knowledge: Knowledge;
}

const HISTORY = 30;

/** Reads the public feed as everybody does, and answers through ordinary commands. */
@Controller()
@UseFilters(OriginalErrorFilter)
export class BotController {
  private readonly messages;
  private readonly conversations;

  constructor(@Inject(BOT_OPTIONS) private readonly options: BotOptions) {
    this.messages = options.runtime.store.collection(messages);
    this.conversations = options.runtime.store.collection(conversations);
  }

  @EventPattern(EVENTS_TOPIC, BOT_GROUP)
  async events(@Payload() batch: KeyBatch<FeedEvent>): Promise<void> {
    const { id } = this.options.runtime.config.bot;
    const mine = batch.entries.flatMap(({ value }) => unansweredIn(value, id));
    for (const one of mine) await this.speak(one.event, one.messageId, one.text, one.lang);
  }

  private async speak(event: FeedEvent, messageId: MessageId, text: string, lang: string): Promise<void> {
    const { bus, config, clock } = this.options.runtime;
    const conversation = await this.conversations.get(event.conversationId);
    if (conversation === undefined) return;
    const opening = nextOpening(config, clock.now());
    const commands = answer(
      this.options.knowledge,
      config.bot,
      {
        key: event.key,
        messageId,
        text,
        lang: lang === 'und' ? conversation.language.lang : lang,
        region: [
          ...(conversation.region.country === undefined ? [] : [conversation.region.country]),
          ...conversation.region.groups,
        ],
        history: await this.history(conversation, messageId),
        ...(opening === undefined ? {} : { opensAt: wallClock(opening, conversation.region.country) }),
      },
      clock.now(),
    );
    await bus.publish(commands.map((command) => recordOf(COMMANDS_TOPIC, command.key, command)));
  }

  private async history(conversation: ConversationDoc, upTo: MessageId): Promise<Turn[]> {
    const { items } = await this.messages.query('thread', { conversationId: conversation._id }, { limit: HISTORY });
    return items
      .filter((m) => m.kind === 'message' && m._id !== upTo && m.caseNumber === conversation.case.number)
      .reverse()
      .map((m) => ({
        by: m.by.kind === 'customer' ? 'customer' : m.by.kind === 'bot' ? 'bot' : 'agent',
        ...(m.composition?.templateId === undefined ? {} : { templateId: m.composition.templateId }),
      }));
  }
}

/** A message that came while the bot owns the conversation, or that was waiting when it was given to the bot. */
export function unansweredIn(
  event: FeedEvent,
  botId: string,
): { event: FeedEvent; messageId: MessageId; text: string; lang: string }[] {
  if (event.type === 'message.received' && event.owner.kind === 'bot' && event.owner.id === botId) {
    return [{ event, messageId: event.messageId, text: textOf(event.parts), lang: event.language.lang }];
  }
  if (
    event.type === 'conversation.changed' &&
    event.change === 'assigned' &&
    event.owner?.kind === 'bot' &&
    event.owner.id === botId
  ) {
    const waiting = event['unanswered'] as { messageId: MessageId; text: string; lang: string } | undefined;
    return waiting === undefined ? [] : [{ event, ...waiting }];
  }
  return [];
}
