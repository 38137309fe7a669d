import {
  contactIdOf,
  conversationIdOf,
  type ConversationKey,
  splitConversationKey,
  uuidv5,
  type InboundContact,
} from '#libs/contracts';
import type { ConversationDoc } from '#libs/store';

const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/** `SW-K7QX4M-2`: short enough to read out, no counter to contend for, the last part counts the cases of the thread. */
export function caseNumber(key: ConversationKey, n: number): string {
  const hex = uuidv5('case', key).replaceAll('-', '');
  let rest = BigInt(`0x${hex}`);
  let code = '';
  for (let i = 0; i < 6; i += 1) {
    code += ALPHABET[Number(rest % 32n)];
    rest /= 32n;
  }
  return `SW-${code}-${n}`;
}

/** A conversation nobody has written in yet; version 0 means that it is not stored. */
export function newConversation(key: ConversationKey, who: InboundContact | undefined, now: number): ConversationDoc {
  const { channel, account, externalId } = splitConversationKey(key);
  return {
    _id: conversationIdOf(key),
    version: 0,
    key,
    channel,
    account,
    externalId,
    contactId: contactIdOf(channel, account, who?.externalId ?? externalId),
    contactName: who?.name ?? who?.username ?? 'Unknown',
    status: 'open',
    owner: { kind: 'nobody' },
    ownerKey: 'nobody:',
    ownerSince: now,
    ownerReason: 'new conversation',
    humanRequested: false,
    language: { lang: 'und', script: 'Zyyy', confidence: 0, mixedWith: [], source: 'none' },
    languagePinned: false,
    region: { groups: [], evidence: 'nothing known yet', certain: false },
    intents: [],
    concepts: [],
    topics: [],
    told: [],
    case: { number: caseNumber(key, 1), n: 1, openedAt: now },
    clocks: [],
    lastSeq: 0,
    lastAt: now,
    preview: { text: '', by: 'customer', at: now },
    unread: 0,
    queued: [],
    optedOut: false,
    pending: [],
    pendingSince: null,
    updatedAt: now,
    tokens: [],
  };
}
