import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ContactDoc, ConversationDoc, MessageDoc, TranslationDoc } from '../../libs/store/src/index.ts';

/**
 * Fills an embedded store with conversations as they would be after some months, through the store's own collections. Prints JSON.
 * Arguments: the data folder, how many, and how many messages each. Started by the bench.
 */
const [, , dir, countGiven, messagesGiven] = process.argv as [string, string, string, string, string];
const lib = async <T>(name: string): Promise<T> => (await import(`../../dist/libs/${name}/src/index.js`)) as T;
const contracts = await lib<typeof import('../../libs/contracts/src/index.ts')>('contracts');
const stores = await lib<typeof import('../../libs/store/src/index.ts')>('store');

const count = Number(countGiven);
const perConversation = Number(messagesGiven);
const AT_ONCE = 5000;
const FIRST_CHAT = 9_000_000;
const HOUR = 3_600_000;
/** Six of ten are closed. */
const STATUS = ['closed', 'closed', 'closed', 'closed', 'closed', 'closed', 'open', 'open', 'open', 'snoozed'] as const;
const NAMES = ['Sari', 'Budi', 'Putri', 'Agus', 'Dewi', 'Rizky', 'Ayu', 'Fajar', 'Intan', 'Yusuf'];
const WORDS = [
  'Lestari',
  'Santoso',
  'Wijaya',
  'Pratama',
  'Hidayat',
  'Saputra',
  'Kusuma',
  'Maulana',
  'Nugroho',
  'Utami',
];
const now = Date.now();
const language = { lang: 'id', script: 'Latn', confidence: 0.9, mixedWith: [], source: 'vote' as const };
type Fresh<T> = Omit<T, 'version'>;

mkdirSync(dir, { recursive: true });
const store = await stores.openEmbeddedStore({ path: join(dir, 'store.sqlite') });
const conversations = store.collection(stores.conversations);
const contacts = store.collection(stores.contacts);
const messages = store.collection(stores.messages);
const translations = store.collection(stores.translations);
const start = performance.now();
for (let from = 0; from < count; from += AT_ONCE) {
  const docs = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, i) => conversationOf(from + i));
  const said = docs.flatMap((doc) => Array.from({ length: perConversation }, (_, n) => messageOf(doc, n + 1)));
  await Promise.all([
    conversations.insertMany(docs),
    contacts.insertMany(docs.map(contactOf)),
    messages.insertMany(said),
    translations.insertMany(docs.map(translationOf)),
  ]);
}
const seconds = (performance.now() - start) / 1000;
await store.close();
console.log(JSON.stringify({ seconds }));

function conversationOf(i: number): Fresh<ConversationDoc> {
  const chat = String(FIRST_CHAT + i);
  const key = contracts.conversationKeyOf('telegram', 'bench', chat);
  const name = `${NAMES[i % 10]} ${WORDS[Math.floor(i / 10) % 10]}`;
  const status = STATUS[i % STATUS.length]!;
  const owner = ownerOf(i);
  // Older ones were written earlier, with some disorder as in life.
  const at = now - (count - i) * 20_000 - ((i * 7919) % 1000) * 60_000;
  const number = `SW-${i.toString(36).toUpperCase()}-1`;
  return {
    _id: contracts.conversationIdOf(key),
    key,
    channel: 'telegram',
    account: 'bench',
    externalId: chat,
    contactId: contracts.contactIdOf('telegram', 'bench', chat),
    contactName: name,
    status,
    owner,
    ownerKey: `${owner.kind}:${owner.id ?? ''}`,
    ownerSince: at,
    ownerReason: 'speaks zh-CN',
    humanRequested: false,
    language,
    languagePinned: false,
    region: { country: 'ID', groups: ['SEA'], evidence: 'Wrote to the channel account of ID.', certain: false },
    intents: ['topup_failed'],
    concepts: ['TOPUP', 'EWALLET', 'ERROR'],
    topics: [],
    told: [],
    case: { number, n: 1, openedAt: at - HOUR, ...(status === 'closed' ? { closedAt: at } : {}) },
    clocks: [],
    ...(status !== 'closed' && i % 50 === 6 ? { nextDueAt: now + (i % 1000) * HOUR } : {}),
    lastSeq: perConversation,
    lastAt: at,
    lastInboundAt: at,
    preview: { messageId: messageId(chat, perConversation), text: textOf(i), by: 'customer', at },
    unread: status === 'open' ? 1 : 0,
    queued: [],
    optedOut: false,
    pending: [],
    pendingSince: null,
    updatedAt: at,
    tokens: stores.searchTokens(`${name} ${number}`),
  };
}

/** Of a thousand: one is the bench's agent's, 100 wait in the queue, 50 are the bot's, the others belong to 40 more agents. */
function ownerOf(i: number): ConversationDoc['owner'] {
  const share = Math.floor(i / 10) % 1000;
  if (share === 0) return { kind: 'agent', id: 'nobody', name: 'Nobody' };
  if (share <= 100) return { kind: 'queue', id: 'all', name: 'All' };
  if (share <= 150) return { kind: 'bot', id: 'seabot', name: 'Seabot' };
  return { kind: 'agent', id: `agent-${share % 40}`, name: `Agent ${share % 40}` };
}

function textOf(i: number): string {
  return `kak, top up ${i} lewat uang elektronik masih error`;
}

function messageId(chat: string, n: number): MessageDoc['_id'] {
  return contracts.messageIdOf(contracts.eventIdOf('telegram', 'bench', `msg:${chat}:${n}`));
}

function messageOf(doc: Fresh<ConversationDoc>, n: number): Fresh<MessageDoc> {
  const { _id: conversationId } = doc;
  const text = n === perConversation ? doc.preview.text : `halo kak, pesan ${n}`;
  return {
    _id: messageId(doc.externalId, n),
    conversationId,
    key: doc.key,
    kind: 'message',
    direction: 'in',
    by: { kind: 'customer', name: doc.contactName },
    seq: n,
    position: n,
    late: false,
    caseNumber: doc.case.number,
    parts: [{ type: 'text', text }],
    text,
    language,
    at: doc.lastAt - (perConversation - n) * 60_000,
    trace: [{ step: 'received', at: doc.lastAt, says: 'from Telegram' }],
    tokens: stores.searchTokens(text),
  };
}

function contactOf(doc: Fresh<ConversationDoc>): Fresh<ContactDoc> {
  return {
    _id: doc.contactId,
    kind: 'viewer',
    name: doc.contactName,
    externalIds: [{ channel: 'telegram', account: 'bench', externalId: doc.externalId }],
    locale: 'id',
    firstSeenAt: doc.case.openedAt,
  };
}

function translationOf(doc: Fresh<ConversationDoc>): Fresh<TranslationDoc> {
  const { _id: conversationId } = doc;
  const id = doc.preview.messageId as MessageDoc['_id'];
  return {
    _id: stores.translationId(id, 'zh-CN'),
    messageId: id,
    conversationId,
    lang: 'zh-CN',
    text: '亲，电子钱包充值还是出错',
    engine: 'phrasebook',
    confidence: 1,
    flags: [],
    terms: [],
    ms: 2,
    at: doc.lastAt + 40,
  };
}
