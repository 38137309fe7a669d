import { Inject, Injectable } from '@nestjs/common';
import {
  type Collection,
  conversations,
  type ConversationDoc,
  CursorError,
  type MessageDoc,
  messages,
  type Page,
  queryTokens,
} from '#libs/store';
import { INBOX, type InboxOptions } from '../options.ts';

const MOST_HITS = 1000;

/** Finds conversations by the contact's and case's words, and by anything that was said in them. */
@Injectable()
export class ConversationSearch {
  private readonly conversations: Collection<ConversationDoc, 'search'>;
  private readonly messages: Collection<MessageDoc, 'search'>;

  constructor(@Inject(INBOX) { store }: Pick<InboxOptions, 'store'>) {
    this.conversations = store.collection(conversations);
    this.messages = store.collection(messages);
  }

  /** Newest first; of very common words only the first thousand hits are looked at. */
  async page(
    q: string,
    wanted: (doc: ConversationDoc) => boolean,
    page: { limit: number; after?: string | undefined },
  ): Promise<Page<ConversationDoc>> {
    const tokens = queryTokens(q);
    if (tokens.length === 0) return { items: [] };
    const [named, said] = await Promise.all([
      this.conversations.query('search', { tokens }, { limit: MOST_HITS }),
      this.messages.query('search', { tokens }, { limit: MOST_HITS }),
    ]);
    const known = new Map<string, ConversationDoc>(named.items.map((doc) => [doc._id, doc]));
    const others = [...new Set(said.items.map((message) => message.conversationId as string))].filter(
      (id) => !known.has(id),
    );
    for (const doc of others.length === 0 ? [] : await this.conversations.getMany(others)) known.set(doc._id, doc);

    const hits = [...known.values()].filter(wanted).sort((a, b) => b.lastAt - a.lastAt || (a._id < b._id ? -1 : 1));
    const after = page.after === undefined ? undefined : decode(page.after);
    const rest =
      after === undefined
        ? hits
        : hits.filter((doc) => doc.lastAt < after.lastAt || (doc.lastAt === after.lastAt && doc._id > after.id));
    const items = rest.slice(0, page.limit);
    return rest.length > items.length ? { items, next: encode(items.at(-1)!) } : { items };
  }
}

const encode = ({ lastAt, _id }: ConversationDoc): string => Buffer.from(`${lastAt}:${_id}`).toString('base64url');

function decode(cursor: string): { lastAt: number; id: string } {
  const found = /^(\d{1,16}):(.+)$/.exec(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (found === null) throw new CursorError('not a cursor of this search');
  return { lastAt: Number(found[1]), id: found[2]! };
}
