import { Inject, Injectable } from '@nestjs/common';
import type { TimelineEntry, TranslationView } from '#libs/contracts';
import {
  type Collection,
  type MessageDoc,
  messages,
  type Page,
  type TranslationDoc,
  translationId,
  translations,
} from '#libs/store';
import { INBOX, type InboxOptions } from '../options.ts';

/** A conversation's messages, notes and events in a reader's language. */
@Injectable()
export class Timeline {
  private readonly messages: Collection<MessageDoc, 'thread'>;
  private readonly translations: Collection<TranslationDoc, string>;

  constructor(@Inject(INBOX) { store }: Pick<InboxOptions, 'store'>) {
    this.messages = store.collection(messages);
    this.translations = store.collection(translations);
  }

  async page(
    conversationId: string,
    lang: string,
    page: { limit: number; after?: string | undefined },
  ): Promise<Page<TimelineEntry>> {
    const { limit, after } = page;
    const { items, next } = await this.messages.query(
      'thread',
      { conversationId },
      { limit, ...(after === undefined ? {} : { after }) },
    );
    const readable = items.filter((doc) => doc.kind === 'message');
    const found =
      readable.length === 0 ? [] : await this.translations.getMany(readable.map((doc) => translationId(doc._id, lang)));
    const byMessage = new Map(found.map((doc) => [doc.messageId as string, doc]));
    return { items: items.map((doc) => entryOf(doc, byMessage.get(doc._id))), ...(next === undefined ? {} : { next }) };
  }
}

type Optional = Partial<TimelineEntry>;

export function entryOf(doc: MessageDoc, translated: TranslationDoc | undefined): TimelineEntry {
  const deleted = doc.deletedAt !== undefined && doc.deletedAt !== null;
  const words = translated === undefined ? beforeTranslation(doc) : translationOf(translated);
  const translation = deleted ? undefined : words;
  const lang = doc.language?.lang ?? doc.composition?.lang;
  const optional: Optional = {
    lang,
    mixedWith: doc.language?.mixedWith,
    langConfidence: doc.language?.confidence,
    intents: doc.intents,
    concepts: doc.concepts,
    translation,
    status: doc.status,
    attempt: doc.attempt,
    failure: doc.failure,
    event: doc.event,
    providerTime: doc.providerTime,
  } as Optional;
  return {
    ...present(optional),
    id: doc._id,
    kind: doc.kind,
    direction: doc.direction,
    by: doc.by,
    seq: doc.seq,
    position: doc.position,
    late: doc.late,
    caseNumber: doc.caseNumber,
    parts: doc.parts,
    text: doc.text,
    edited: (doc.earlier ?? []).length > 0,
    deleted,
    reactions: (doc.reactions ?? []).flatMap(({ by, emoji }) => (emoji.length === 0 ? [] : [{ by, emoji }])),
    at: doc.at,
  };
}

/** What the author wrote, which the reader understands better than what the customer got. */
function beforeTranslation({ composition }: MessageDoc): TranslationView | undefined {
  if (composition?.source === undefined) return undefined;
  const { source, engine, confidence } = composition;
  return {
    lang: source.lang,
    text: source.text,
    engine: engine ?? 'author',
    confidence: confidence ?? 1,
    flags: [],
    terms: [],
  };
}

const translationOf = ({ lang, text, engine, confidence, flags, terms }: TranslationDoc): TranslationView => ({
  lang,
  text,
  engine,
  confidence,
  flags,
  terms,
});

const present = (fields: Optional): Optional =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null));
