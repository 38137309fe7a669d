import type {
  CommandId,
  Composition,
  ContactId,
  ConversationId,
  ConversationKey,
  LanguageGuess,
  MessageId,
  Owner,
  Part,
  Actor,
} from '#libs/contracts';
import { Schema } from 'mongoose';
import type { CollectionDeclaration, Doc } from '../port.ts';

/** A statutory clock running on a case; not a service level. */
export interface RunningClock {
  id: string;
  ruleId: string;
  name: string;
  startedAt: number;
  dueAt: number;
  warnAt: number[];
  state: 'running' | 'met' | 'breached';
  steps?: string[];
}

/** An outbound message that waits for its turn: one per conversation is beyond recall at a time. */
export interface QueuedSend {
  messageId: MessageId;
  commandId: CommandId;
  by: Actor;
  parts: Part[];
  composition: Composition;
  attempt: number;
  /** Why an agent sends although a rule warned. */
  override?: { reason: string; role: 'agent' | 'lead' | 'admin' };
  expiresAt?: number;
  traceparent?: string;
}

export interface CaseState {
  /** Shown to people, e.g. `SW-K7QX-2`. */
  number: string;
  n: number;
  openedAt: number;
  firstResponseAt?: number;
  closedAt?: number;
}

/** The effects of past decisions that are not performed yet, in order. */
export type PendingEffect = Readonly<Record<string, unknown>> & { kind: string };

/** The unit of atomicity: state, counters and pending effects of one conversation. Written by core alone. */
export interface ConversationDoc extends Doc {
  _id: ConversationId;
  key: ConversationKey;
  channel: string;
  account: string;
  externalId: string;
  contactId: ContactId;
  contactName: string;
  title?: string;
  status: 'open' | 'snoozed' | 'closed';
  owner: Owner;
  /** `kind:id`, for the index. */
  ownerKey: string;
  ownerSince: number;
  ownerReason: string;
  queueId?: string;
  reservation?: string;
  previousAgentId?: string;
  previousAgentAt?: number;
  /** Asked for a person, or the bot gave up: the bot is not offered again in this case. */
  humanRequested: boolean;
  language: LanguageGuess;
  languagePinned: boolean;
  region: { country?: string; groups: string[]; evidence: string; certain: boolean };
  intents: string[];
  concepts: string[];
  /** Teams that rules of this case asked for, e.g. `trust-safety`. */
  topics: string[];
  /** Required statements the customer has been given in this case; they are not demanded in every message. */
  told: string[];
  /** The provider's ids of messages that something has come for too early, e.g. a receipt; `*` for any. */
  awaited?: string[];
  case: CaseState;
  clocks: RunningClock[];
  /** Earliest running statutory clock, for sorting and "deadline today". */
  nextDueAt?: number;
  snoozedUntil?: number;
  lastSeq: number;
  lastAt: number;
  lastInboundAt?: number;
  /** Newest inbound message, for the bot when it comes on duty after it. */
  lastInbound?: {
    messageId: MessageId;
    seq: number;
    text: string;
    lang: string;
    intents: string[];
    concepts: string[];
  };
  lastProviderTime?: number;
  lastInboundProviderId?: string;
  preview: { messageId?: string; text: string; by: string; at: number };
  unread: number;
  queued: QueuedSend[];
  inFlight?: { messageId: MessageId; attempt: number; since: number; part?: number };
  optedOut: boolean;
  pending: PendingEffect[];
  /** When the oldest pending effect was decided; null when there are none. */
  pendingSince: number | null;
  updatedAt: number;
  tokens: string[];
}

const mixed = Schema.Types.Mixed;

export const conversations: CollectionDeclaration<
  ConversationDoc,
  'byStatus' | 'byOwner' | 'byOwnerKind' | 'changedSince' | 'pendingBefore' | 'search' | 'dueClocks'
> = {
  name: 'conversations',
  schema: new Schema({
    _id: { type: String, required: true },
    version: { type: Number, required: true },
    key: { type: String, required: true },
    channel: { type: String, required: true },
    account: { type: String, required: true },
    externalId: { type: String, required: true },
    contactId: { type: String, required: true },
    contactName: { type: String, required: true },
    title: String,
    status: { type: String, required: true },
    owner: { type: mixed, required: true },
    ownerKey: { type: String, required: true },
    ownerSince: { type: Number, required: true },
    ownerReason: { type: String, required: true },
    queueId: String,
    reservation: String,
    previousAgentId: String,
    previousAgentAt: Number,
    humanRequested: { type: Boolean, required: true },
    language: { type: mixed, required: true },
    languagePinned: { type: Boolean, required: true },
    region: { type: mixed, required: true },
    intents: { type: mixed, required: true },
    concepts: { type: mixed, required: true },
    topics: { type: mixed, required: true },
    told: { type: mixed, required: true },
    awaited: { type: mixed },
    case: { type: mixed, required: true },
    clocks: { type: mixed, required: true },
    nextDueAt: Number,
    snoozedUntil: Number,
    lastSeq: { type: Number, required: true },
    lastAt: { type: Number, required: true },
    lastInboundAt: Number,
    lastInbound: mixed,
    lastProviderTime: Number,
    lastInboundProviderId: String,
    preview: { type: mixed, required: true },
    unread: { type: Number, required: true },
    queued: { type: mixed, required: true },
    inFlight: mixed,
    optedOut: { type: Boolean, required: true },
    pending: { type: mixed, required: true },
    pendingSince: Number,
    updatedAt: { type: Number, required: true },
    tokens: { type: [String], required: true },
  }),
  indexes: {
    statusLastAt: { fields: ['status', 'lastAt'] },
    ownerStatusLastAt: { fields: ['ownerKey', 'status', 'lastAt'] },
    updatedAt: { fields: ['updatedAt'] },
    pendingSince: { fields: ['pendingSince'], sparse: true },
    nextDueAt: { fields: ['nextDueAt'], sparse: true },
    tokens: { fields: ['tokens'] },
  },
  queries: {
    byStatus: {
      index: 'statusLastAt',
      where: [{ field: 'status', op: 'eq', param: 'status' }],
      sort: [['lastAt', -1]],
    },
    byOwner: {
      index: 'ownerStatusLastAt',
      where: [
        { field: 'ownerKey', op: 'eq', param: 'ownerKey' },
        { field: 'status', op: 'eq', param: 'status' },
      ],
      sort: [['lastAt', -1]],
    },
    byOwnerKind: {
      index: 'ownerStatusLastAt',
      where: [
        { field: 'ownerKey', op: 'in', param: 'ownerKeys' },
        { field: 'status', op: 'eq', param: 'status' },
      ],
    },
    changedSince: {
      index: 'updatedAt',
      where: [{ field: 'updatedAt', op: 'gte', param: 'since' }],
      sort: [['updatedAt', 1]],
    },
    pendingBefore: {
      index: 'pendingSince',
      where: [{ field: 'pendingSince', op: 'lte', param: 'before' }],
      sort: [['pendingSince', 1]],
    },
    search: { index: 'tokens', where: [{ field: 'tokens', op: 'all', param: 'tokens' }] },
    dueClocks: {
      index: 'nextDueAt',
      where: [{ field: 'nextDueAt', op: 'lte', param: 'before' }],
      sort: [['nextDueAt', 1]],
    },
  },
  tokens: ['tokens'],
};
