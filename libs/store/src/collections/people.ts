import type { AgentId, ContactId, ConversationId } from '#libs/contracts';
import { Schema } from 'mongoose';
import type { CollectionDeclaration, Doc } from '../port.ts';

const mixed = Schema.Types.Mixed;

/** The person at the other end; several external ids once they are proven to be one person. */
export interface ContactDoc extends Doc {
  _id: ContactId;
  kind: 'viewer' | 'streamer' | 'other';
  name: string;
  externalIds: { channel: string; account: string; externalId: string }[];
  username?: string;
  locale?: string;
  phone?: string;
  email?: string;
  country?: string;
  firstSeenAt: number;
}
export const contacts: CollectionDeclaration<ContactDoc, 'newest'> = {
  name: 'contacts',
  schema: new Schema({
    _id: { type: String, required: true },
    version: { type: Number, required: true },
    kind: { type: String, required: true },
    name: { type: String, required: true },
    externalIds: { type: mixed, required: true },
    username: String,
    locale: String,
    phone: String,
    email: String,
    country: String,
    firstSeenAt: { type: Number, required: true },
  }),
  indexes: { firstSeenAt: { fields: ['firstSeenAt'] } },
  queries: { newest: { index: 'firstSeenAt', where: [], sort: [['firstSeenAt', -1]] } },
};

/** What changes about an agent while working; who they are is declared in seaway.yaml. */
export interface AgentDoc extends Doc {
  _id: AgentId;
  presence: 'online' | 'away' | 'offline';
  presenceAt: number;
  /** When an open page of the agent's was heard of last; absent while none was since they said how present they are. */
  heardAt?: number;
  /** Offline only because no page was heard of: what they are again when one is. */
  lostWhile?: 'online' | 'away';
  /** Conversations that count against capacity; the router reserves by a versioned write on this document. */
  slots: { conversationId: ConversationId; reservation: string; since: number }[];
  lastAssignedAt: number;
  passwordHash: string;
}
export const agents: CollectionDeclaration<AgentDoc, 'all'> = {
  name: 'agents',
  schema: new Schema({
    _id: { type: String, required: true },
    version: { type: Number, required: true },
    presence: { type: String, required: true },
    presenceAt: { type: Number, required: true },
    heardAt: Number,
    lostWhile: String,
    slots: { type: mixed, required: true },
    lastAssignedAt: { type: Number, required: true },
    passwordHash: { type: String },
  }),
  indexes: { lastAssignedAt: { fields: ['lastAssignedAt'] } },
  queries: { all: { index: 'lastAssignedAt', where: [], sort: [['lastAssignedAt', 1]] } },
};

/** An agent's log-in; `_id` is the sha256 of the opaque token in the cookie. */
export interface SessionDoc extends Doc {
  agentId: AgentId;
  createdAt: number;
  lastSeenAt: number;
  expiresAt: number;
}
export const sessions: CollectionDeclaration<SessionDoc, 'ofAgent'> = {
  name: 'sessions',
  schema: new Schema({
    _id: { type: String, required: true },
    version: { type: Number, required: true },
    agentId: { type: String, required: true },
    createdAt: { type: Number, required: true },
    lastSeenAt: { type: Number, required: true },
    expiresAt: { type: Number, required: true },
  }),
  indexes: { agent: { fields: ['agentId'] }, expiresAt: { fields: ['expiresAt'] } },
  queries: { ofAgent: { index: 'agent', where: [{ field: 'agentId', op: 'eq', param: 'agentId' }] } },
  expire: { field: 'expiresAt', afterMs: 0 },
};

/** Words an agent has typed and not sent; `_id` is `agentId:conversationId`. Survives reload and device. */
export interface DraftDoc extends Doc {
  text: string;
  mode: 'reply' | 'note';
  at: number;
}
export const drafts: CollectionDeclaration<DraftDoc, 'old'> = {
  name: 'drafts',
  schema: new Schema({
    _id: { type: String, required: true },
    version: { type: Number, required: true },
    text: { type: String },
    mode: { type: String, required: true },
    at: { type: Number, required: true },
  }),
  indexes: { at: { fields: ['at'] } },
  queries: { old: { index: 'at', where: [{ field: 'at', op: 'lt', param: 'before' }], sort: [['at', 1]] } },
  expire: { field: 'at', afterMs: 90 * 86_400_000 },
};
