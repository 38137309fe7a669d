import {
  contactIdOf,
  conversationIdOf,
  conversationKeyOf,
  type ConversationKey,
  type EventId,
  messageIdOf,
} from '#libs/contracts';
import { type ConversationDoc, type MessageDoc, searchTokens, type TranslationDoc, translationId } from '#libs/store';
import { MONDAY } from './test-inbox.ts';

type Fresh<T> = Omit<T, 'version'>;

/** An Indonesian customer's conversation on Telegram. */
export function conversationOf(name: string, over: Partial<ConversationDoc> = {}): Fresh<ConversationDoc> {
  const key: ConversationKey = conversationKeyOf('telegram', 'shop', name);
  return {
    _id: conversationIdOf(key),
    key,
    channel: 'telegram',
    account: 'shop',
    externalId: name,
    contactId: contactIdOf('telegram', 'shop', name),
    contactName: name,
    status: 'open',
    owner: { kind: 'agent', id: 'li-na', name: 'Li Na' },
    ownerKey: 'agent:li-na',
    ownerSince: MONDAY,
    ownerReason: 'speaks zh-CN',
    humanRequested: false,
    language: { lang: 'id', script: 'Latn', confidence: 0.9, mixedWith: [], source: 'vote' },
    languagePinned: false,
    region: { country: 'ID', groups: ['SEA'], evidence: 'Wrote to the channel account of ID.', certain: false },
    intents: ['topup_failed'],
    concepts: ['TOPUP', 'EWALLET', 'ERROR'],
    topics: [],
    told: [],
    case: { number: 'SW-TEST-1', n: 1, openedAt: MONDAY },
    clocks: [],
    lastSeq: 3,
    lastAt: MONDAY,
    lastInboundAt: MONDAY,
    lastInbound: {
      messageId: messageIdOf(`${name}-in` as EventId),
      seq: 3,
      text: 'top up error',
      lang: 'id',
      intents: [],
      concepts: [],
    },
    preview: { messageId: messageIdOf(`${name}-in` as EventId), text: 'top up error', by: 'customer', at: MONDAY },
    unread: 1,
    queued: [],
    optedOut: false,
    pending: [],
    pendingSince: null,
    updatedAt: MONDAY,
    tokens: searchTokens(`${name} SW-TEST-1`),
    ...over,
  };
}

export function messageOf(
  conversation: Fresh<ConversationDoc>,
  text: string,
  over: Partial<MessageDoc> = {},
): Fresh<MessageDoc> {
  return {
    _id: messageIdOf(`${conversation.externalId}-in` as EventId),
    conversationId: conversation._id,
    key: conversation.key,
    kind: 'message',
    direction: 'in',
    by: { kind: 'customer', name: conversation.contactName },
    seq: 3,
    position: 3,
    late: false,
    caseNumber: conversation.case.number,
    parts: [{ type: 'text', text }],
    text,
    language: conversation.language,
    at: MONDAY,
    trace: [{ step: 'received', at: MONDAY, says: 'from Telegram' }],
    tokens: searchTokens(text),
    ...over,
  };
}

export function translationOf(message: Fresh<MessageDoc>, lang: string, text: string): Fresh<TranslationDoc> {
  return {
    _id: translationId(message._id, lang),
    messageId: message._id,
    conversationId: message.conversationId,
    lang,
    text,
    engine: 'phrasebook',
    confidence: 1,
    flags: [],
    terms: [],
    ms: 2,
    at: MONDAY + 40,
  };
}
