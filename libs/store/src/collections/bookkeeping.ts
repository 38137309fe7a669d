import type { ConversationId, ConversationKey, MessageId } from '#libs/contracts';
import { Schema } from 'mongoose';
import type { CollectionDeclaration, Doc } from '../port.ts';

const mixed = Schema.Types.Mixed;
const DAY = 86_400_000;

/** Ids of events and commands already decided; kept longer than any provider redelivers. */
export interface SeenDoc extends Doc {
  at: number;
}
export const seen: CollectionDeclaration<SeenDoc, 'old'> = {
  name: 'seen',
  schema: new Schema({
    _id: { type: String, required: true },
    version: { type: Number, required: true },
    at: { type: Number, required: true },
  }),
  indexes: { at: { fields: ['at'] } },
  queries: { old: { index: 'at', where: [{ field: 'at', op: 'lt', param: 'before' }], sort: [['at', 1]] } },
  expire: { field: 'at', afterMs: 30 * DAY },
};

/** A message in another language; `_id` is `messageId:lang`. */
export interface TranslationDoc extends Doc {
  messageId: MessageId;
  conversationId: ConversationId;
  lang: string;
  text: string;
  engine: string;
  confidence: number;
  flags: string[];
  terms: { concept: string; src: string; tgt: string }[];
  ms: number;
  at: number;
}
export const translations: CollectionDeclaration<TranslationDoc, 'ofMessage'> = {
  name: 'translations',
  schema: new Schema({
    _id: { type: String, required: true },
    version: { type: Number, required: true },
    messageId: { type: String, required: true },
    conversationId: { type: String, required: true },
    lang: { type: String, required: true },
    text: { type: String, required: true },
    engine: { type: String, required: true },
    confidence: { type: Number, required: true },
    flags: { type: mixed, required: true },
    terms: { type: mixed, required: true },
    ms: { type: Number, required: true },
    at: { type: Number, required: true },
  }),
  indexes: { message: { fields: ['messageId'] } },
  queries: { ofMessage: { index: 'message', where: [{ field: 'messageId', op: 'eq', param: 'messageId' }] } },
};
export const translationId = (messageId: string, lang: string): string => `${messageId}:${lang}`;

/** A command that is due at a time. Fires once: claimed by lease, deleted when its command is on the bus. */
export interface TimerDoc extends Doc {
  key: ConversationKey;
  dueAt: number;
  leaseUntil: number;
  what: string;
  data: Record<string, unknown>;
}
export const timers: CollectionDeclaration<TimerDoc, 'due'> = {
  name: 'timers',
  schema: new Schema({
    _id: { type: String, required: true },
    version: { type: Number, required: true },
    key: { type: String, required: true },
    dueAt: { type: Number, required: true },
    leaseUntil: { type: Number, required: true },
    what: { type: String, required: true },
    data: { type: mixed, required: true },
  }),
  indexes: { dueAt: { fields: ['dueAt'] } },
  queries: { due: { index: 'dueAt', where: [{ field: 'dueAt', op: 'lte', param: 'before' }], sort: [['dueAt', 1]] } },
};

/** An event whose target message is not there yet; applied when it appears, dropped after seven days. */
export interface OrphanDoc extends Doc {
  /** `channel:account:providerMessageId`. */
  ref: string;
  event: Record<string, unknown>;
  at: number;
}
export const orphans: CollectionDeclaration<OrphanDoc, 'ofRef'> = {
  name: 'orphans',
  schema: new Schema({
    _id: { type: String, required: true },
    version: { type: Number, required: true },
    ref: { type: String, required: true },
    event: { type: mixed, required: true },
    at: { type: Number, required: true },
  }),
  indexes: { ref: { fields: ['ref'] }, at: { fields: ['at'] } },
  queries: { ofRef: { index: 'ref', where: [{ field: 'ref', op: 'in', param: 'refs' }] } },
  expire: { field: 'at', afterMs: 7 * DAY },
};

/** What an operator has to look at: events that could not be parsed, effects that can never succeed. */
export interface OperatorItemDoc extends Doc {
  kind: 'unparsed' | 'effect' | 'orphan';
  key: string;
  reason: string;
  data: unknown;
  at: number;
}
export const operatorItems: CollectionDeclaration<OperatorItemDoc, 'byKind'> = {
  name: 'operator_items',
  schema: new Schema({
    _id: { type: String, required: true },
    version: { type: Number, required: true },
    kind: { type: String, required: true },
    key: { type: String, required: true },
    reason: { type: String, required: true },
    data: mixed,
    at: { type: Number, required: true },
  }),
  indexes: { kindAt: { fields: ['kind', 'at'] } },
  queries: { byKind: { index: 'kindAt', where: [{ field: 'kind', op: 'eq', param: 'kind' }], sort: [['at', -1]] } },
};
