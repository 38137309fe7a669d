import { Inject, Injectable } from '@nestjs/common';
import type { ConversationDetail } from '#libs/contracts';
import {
  type Collection,
  type ContactDoc,
  contacts,
  conversations,
  type ConversationDoc,
  type DraftDoc,
  drafts,
  type MessageDoc,
  messages,
} from '#libs/store';
import type { Reader } from '../auth/inbox-request.ts';
import { notFound } from '../http/api-failure.ts';
import { INBOX, type InboxOptions } from '../options.ts';
import { clocksOf } from './clock-view.ts';
import { composerState } from './composer-state.ts';
import { zoneOfCountry } from './customer-zone.ts';
import { Rows } from './rows.ts';

/** One conversation with all that the context pane shows. */
@Injectable()
export class ConversationReader {
  private readonly docs: Collection<ConversationDoc, string>;
  private readonly messages: Collection<MessageDoc, string>;
  private readonly contacts: Collection<ContactDoc, string>;
  private readonly drafts: Collection<DraftDoc, string>;

  constructor(
    @Inject(INBOX) private readonly inbox: Pick<InboxOptions, 'store' | 'clock' | 'capabilitiesOf'>,
    @Inject(Rows) private readonly rows: Rows,
  ) {
    this.docs = inbox.store.collection(conversations);
    this.messages = inbox.store.collection(messages);
    this.contacts = inbox.store.collection(contacts);
    this.drafts = inbox.store.collection(drafts);
  }

  /** Throws `not_found`. */
  async conversation(id: string): Promise<ConversationDoc> {
    const doc = await this.docs.get(id);
    if (doc === undefined) throw notFound('conversation');
    return doc;
  }

  /** Throws `not_found`. */
  async message(id: string): Promise<MessageDoc> {
    const doc = await this.messages.get(id);
    if (doc === undefined) throw notFound('message');
    return doc;
  }

  async detail(id: string, reader: Reader): Promise<ConversationDetail> {
    const doc = await this.conversation(id);
    const [[row], contact, draft] = await Promise.all([
      this.rows.of([doc], reader.lang),
      this.contacts.get(doc.contactId),
      this.drafts.get(draftId(reader, id)),
    ]);
    const now = this.inbox.clock.now();
    const customerZone = zoneOfCountry(doc.region.country, now);
    const { number, openedAt, firstResponseAt, closedAt } = doc.case;
    return {
      ...row!,
      contact: contactView(doc, contact),
      ownerSince: doc.ownerSince,
      ownerReason: doc.ownerReason,
      ...(doc.queueId === undefined ? {} : { queueId: doc.queueId }),
      intents: doc.intents,
      concepts: doc.concepts,
      languagePinned: doc.languagePinned,
      clocks: clocksOf(doc),
      case: {
        number,
        openedAt,
        ...(firstResponseAt === undefined ? {} : { firstResponseAt }),
        ...(closedAt === undefined ? {} : { closedAt }),
      },
      composer: composerState(doc, this.inbox.capabilitiesOf(doc.channel), now),
      ...(customerZone === undefined ? {} : { customerZone }),
      ...(draft === undefined ? {} : { draft: { text: draft.text, mode: draft.mode } }),
    };
  }

  /** Empty words are no draft. */
  async saveDraft(id: string, reader: Reader, { text, mode }: Pick<DraftDoc, 'text' | 'mode'>): Promise<void> {
    await this.conversation(id);
    const _id = draftId(reader, id);
    if (text === '') return void (await this.drafts.delete(_id));
    const at = this.inbox.clock.now();
    for (;;) {
      const known = await this.drafts.get(_id);
      const written =
        known === undefined
          ? await this.drafts.insert({ _id, text, mode, at })
          : await this.drafts.replace({ ...known, text, mode, at });
      if (written === 'inserted' || written === 'replaced') return;
    }
  }
}

const draftId = ({ agent }: Reader, conversationId: string): string => `${agent.id}:${conversationId}`;

/** The conversation knows the name even when the contact's document is not written yet. */
function contactView(doc: ConversationDoc, contact: ContactDoc | undefined): ConversationDetail['contact'] {
  if (contact === undefined)
    return { id: doc.contactId, name: doc.contactName, kind: 'other', firstSeenAt: doc.case.openedAt, externalIds: [] };
  const { _id, name, kind, firstSeenAt, externalIds, username, locale, phone, country } = contact;
  const known = Object.fromEntries(
    Object.entries({ username, locale, phone, country }).filter(([, value]) => value !== undefined && value !== null),
  );
  return { id: _id, name, kind, firstSeenAt, externalIds, ...known };
}
