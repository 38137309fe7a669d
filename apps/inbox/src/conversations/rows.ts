import { Inject, Injectable } from '@nestjs/common';
import type { ConversationRow } from '#libs/contracts';
import {
  type Collection,
  type ConversationDoc,
  type MessageDoc,
  messages,
  type TranslationDoc,
  translationId,
  translations,
} from '#libs/store';
import { INBOX, type InboxOptions } from '../options.ts';
import { mostUrgent } from './clock-view.ts';
import { sameLanguage } from './same-language.ts';

const PREVIEW = 200;

/** List rows in a reader's language. */
@Injectable()
export class Rows {
  private readonly messages: Collection<MessageDoc, string>;
  private readonly translations: Collection<TranslationDoc, string>;

  constructor(@Inject(INBOX) { store }: Pick<InboxOptions, 'store'>) {
    this.messages = store.collection(messages);
    this.translations = store.collection(translations);
  }

  /** In the order given; two questions to the store, however many rows. */
  async of(docs: readonly ConversationDoc[], lang: string): Promise<ConversationRow[]> {
    const shown = docs.flatMap(({ preview }) => (preview.messageId === undefined ? [] : [preview]));
    const ours = shown.filter(({ by }) => by !== 'customer').map(({ messageId }) => messageId!);
    const [translated, written] = await Promise.all([
      shown.length === 0
        ? []
        : this.translations.getMany(shown.map(({ messageId }) => translationId(messageId!, lang))),
      ours.length === 0 ? [] : this.messages.getMany(ours),
    ]);
    const words = new Map(translated.map((doc) => [doc.messageId as string, doc.text]));
    for (const { _id, composition } of written) {
      if (composition?.source !== undefined && sameLanguage(composition.source.lang, lang))
        words.set(_id, composition.source.text);
    }
    return docs.map((doc) => rowOf(doc, words.get(doc.preview.messageId ?? '')));
  }
}

/** The row's own fields; `words` replace the preview when they are in the reader's language. */
export function rowOf(doc: ConversationDoc, words: string | undefined): ConversationRow {
  const clock = mostUrgent(doc);
  const { text, by, at } = doc.preview;
  return {
    id: doc._id,
    key: doc.key,
    version: doc.version,
    channel: doc.channel,
    account: doc.account,
    contactName: doc.contactName,
    ...(doc.title === undefined ? {} : { title: doc.title }),
    status: doc.status,
    owner: doc.owner,
    caseNumber: doc.case.number,
    preview: { text: (words ?? text).slice(0, PREVIEW), by, at, translated: words !== undefined },
    language: doc.language,
    region: doc.region,
    unread: doc.unread,
    lastAt: doc.lastAt,
    lastSeq: doc.lastSeq,
    ...(clock === undefined ? {} : { clock }),
  };
}
