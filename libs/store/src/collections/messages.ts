import type {
  Actor,
  Composition,
  ConversationId,
  ConversationKey,
  FailureKind,
  LanguageGuess,
  MessageId,
  Part,
} from '#libs/contracts';
import { Schema } from 'mongoose';
import type { CollectionDeclaration, Doc } from '../port.ts';

/** One step of the answer to "why?": what happened, when, how long it took, and what it rested on. */
export interface TraceStep {
  step:
    | 'received'
    | 'normalised'
    | 'language'
    | 'intent'
    | 'rules'
    | 'routing'
    | 'translation'
    | 'release'
    | 'delivery'
    | 'command';
  at: number;
  /** Milliseconds, where it was measured. */
  ms?: number;
  says: string;
  data?: unknown;
}

export type DeliveryStatus =
  'queued' | 'released' | 'sent' | 'delivered' | 'read' | 'failed' | 'unknown' | 'held' | 'recalled';

/** An entry of the timeline: a message, a note among agents, or something that happened to the conversation. */
export interface MessageDoc extends Doc {
  _id: MessageId;
  conversationId: ConversationId;
  key: ConversationKey;
  kind: 'message' | 'note' | 'event';
  direction: 'in' | 'out' | 'internal';
  by: Actor;
  /** Order of acceptance within the conversation; never changes. */
  seq: number;
  /** Order of display: `seq`, except for late entries. */
  position: number;
  late: boolean;
  caseNumber: string;
  parts: Part[];
  text: string;
  language?: LanguageGuess;
  intents?: string[];
  concepts?: string[];
  composition?: Composition;
  status?: DeliveryStatus;
  attempt?: number;
  /** Since when nobody knows whether it arrived; only while `status` is `unknown`, so that its index holds those alone. */
  unknownSince?: number;
  failure?: { kind: FailureKind | 'policy'; reason: string; code?: string };
  providerMessageId?: string;
  providerTime?: number;
  replyTo?: string;
  /** For kind `event`: what happened, in a word and in a sentence. */
  event?: { what: string; says: string; data?: unknown };
  /** What an edit replaced, by the edit; several may come within a millisecond. */
  earlier?: { at: number; eventId?: string; parts: Part[] }[];
  deletedAt?: number;
  /** The last of each person, `at` our clock; no emoji = taken back. */
  reactions?: { by: string; emoji: string[]; at?: number }[];
  /** Version of the conversation whose decision changed the entry last; changes of earlier ones have been applied before. */
  patchedBy?: number;
  at: number;
  trace: TraceStep[];
  tokens: string[];
}

const mixed = Schema.Types.Mixed;

export const messages: CollectionDeclaration<
  MessageDoc,
  'thread' | 'threadUp' | 'byProviderId' | 'unknown' | 'search'
> = {
  name: 'messages',
  schema: new Schema({
    _id: { type: String, required: true },
    version: { type: Number, required: true },
    conversationId: { type: String, required: true },
    key: { type: String, required: true },
    kind: { type: String, required: true },
    direction: { type: String, required: true },
    by: { type: mixed, required: true },
    seq: { type: Number, required: true },
    position: { type: Number, required: true },
    late: { type: Boolean, required: true },
    caseNumber: { type: String, required: true },
    parts: { type: mixed, required: true },
    text: { type: String },
    language: mixed,
    intents: mixed,
    concepts: mixed,
    composition: mixed,
    status: String,
    attempt: Number,
    unknownSince: Number,
    failure: mixed,
    providerMessageId: String,
    providerTime: Number,
    replyTo: String,
    event: mixed,
    earlier: mixed,
    deletedAt: Number,
    reactions: mixed,
    patchedBy: Number,
    at: { type: Number, required: true },
    trace: { type: mixed, required: true },
    tokens: { type: [String], required: true },
  }),
  indexes: {
    thread: { fields: ['conversationId', 'position'] },
    tokens: { fields: ['tokens'] },
    provider: { fields: ['conversationId', 'providerMessageId'], sparse: true },
    unknown: { fields: ['unknownSince'], sparse: true },
  },
  queries: {
    /** Newest first. */
    thread: {
      index: 'thread',
      where: [{ field: 'conversationId', op: 'eq', param: 'conversationId' }],
      sort: [['position', -1]],
    },
    threadUp: {
      index: 'thread',
      where: [
        { field: 'conversationId', op: 'eq', param: 'conversationId' },
        { field: 'position', op: 'gte', param: 'from' },
      ],
      sort: [['position', 1]],
    },
    byProviderId: {
      index: 'provider',
      where: [
        { field: 'conversationId', op: 'eq', param: 'conversationId' },
        { field: 'providerMessageId', op: 'in', param: 'providerMessageIds' },
      ],
    },
    /** Deliveries that nobody knows the outcome of, newest first. */
    unknown: { index: 'unknown', where: [], sort: [['unknownSince', -1]] },
    search: { index: 'tokens', where: [{ field: 'tokens', op: 'all', param: 'tokens' }] },
  },
  tokens: ['tokens'],
};
