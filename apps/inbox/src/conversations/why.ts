import { Inject, Injectable } from '@nestjs/common';
import type { WhyView } from '#libs/contracts';
import {
  type Collection,
  type ConversationDoc,
  type MessageDoc,
  messages,
  type TranslationDoc,
  translations,
} from '#libs/store';
import { INBOX, type InboxOptions } from '../options.ts';
import { ConversationReader } from './conversation-reader.ts';

type Step = WhyView['steps'][number];

/** How many entries after the message are looked through for who it was given to. */
const LOOK_AHEAD = 20;

/** The answer to "why?": the message's own trace, its translations, and who was asked to answer and why. */
@Injectable()
export class Why {
  private readonly messages: Collection<MessageDoc, 'threadUp'>;
  private readonly translations: Collection<TranslationDoc, 'ofMessage'>;

  constructor(
    @Inject(INBOX) { store }: Pick<InboxOptions, 'store'>,
    @Inject(ConversationReader) private readonly reader: ConversationReader,
  ) {
    this.messages = store.collection(messages);
    this.translations = store.collection(translations);
  }

  async of(messageId: string): Promise<WhyView> {
    const message = await this.reader.message(messageId);
    const [conversation, translated, following] = await Promise.all([
      this.reader.conversation(message.conversationId),
      this.translations.query('ofMessage', { messageId }, { limit: 50 }),
      this.messages.query(
        'threadUp',
        { conversationId: message.conversationId, from: message.position },
        { limit: LOOK_AHEAD },
      ),
    ]);
    const own = message.trace.map(({ step, at, ms, says, data }): Step => ({
      step,
      at,
      says,
      ...(ms === undefined ? {} : { ms }),
      ...(data === undefined ? {} : { data }),
    }));
    const steps = [
      ...own,
      ...translated.items.map(translationStep),
      routingStep(message, following.items, conversation),
    ];
    return { messageId, steps: steps.sort((a, b) => a.at - b.at) };
  }
}

function translationStep({ lang, text, engine, confidence, flags, terms, ms, at }: TranslationDoc): Step {
  const remarks = flags.length === 0 ? '' : `, ${flags.join(', ')}`;
  return {
    step: 'translation',
    at,
    ms,
    says: `into ${lang} by ${engine}, confidence ${confidence}${remarks}`,
    data: { text, terms },
  };
}

/** The assignment that followed the message; where none did, the owner it found. */
function routingStep(message: MessageDoc, following: readonly MessageDoc[], conversation: ConversationDoc): Step {
  const assigned = following.find((entry) => entry.event?.what === 'assigned');
  if (assigned?.event !== undefined) {
    const { says, data } = assigned.event;
    return { step: 'routing', at: assigned.at, says, ...(data === undefined ? {} : { data }) };
  }
  const { owner, ownerSince, ownerReason } = conversation;
  const who = owner.name ?? owner.id ?? 'nobody';
  return {
    step: 'routing',
    at: Math.max(message.at, ownerSince),
    says: `${who} answers now: ${ownerReason}`,
    data: { owner, since: ownerSince },
  };
}
