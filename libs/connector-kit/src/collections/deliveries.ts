import type { ConversationKey, FailureKind, MessageId } from '#libs/contracts';
import type { CollectionDeclaration, Doc } from '#libs/store';
import { Schema } from 'mongoose';
import type { Piece } from '../pieces.ts';

const mixed = Schema.Types.Mixed;
const DAY = 86_400_000;

export type DeliveryFailure = { kind: FailureKind; code?: string; reason: string };

/** One piece on its way to the provider; `_id` is `messageId:attempt:n`, so a command told twice is one row. */
export interface DeliveryDoc extends Doc {
  channel: string;
  account: string;
  key: ConversationKey;
  /** The provider's id of the chat. */
  chat: string;
  messageId: MessageId;
  attempt: number;
  n: number;
  of: number;
  piece: Piece;
  /** `claimed` is stored before the provider is called; the three behind it are final. */
  state: 'waiting' | 'claimed' | 'sent' | 'failed' | 'unknown';
  /** `open`: not final. `settled`: final, and the bus does not know yet. `done`: published. */
  stage: 'open' | 'settled' | 'done';
  /** Offset of the command on its partition: order within a chat. */
  order: number;
  /** Calls made that certainly did not arrive. */
  tries: number;
  /** Not before this moment. */
  dueAt: number;
  expiresAt: number;
  /** The process in charge of it: nobody else touches it while that one lives. It claims, and publishes what became of it. */
  instance: string;
  providerMessageIds: string[];
  failure?: DeliveryFailure;
  at: number;
  settledAt?: number;
  /** While the state is `unknown`: since when. */
  unresolvedAt?: number;
  /** When evidence turned `unknown` into `sent`. */
  resolvedAt?: number;
}

export type DeliveryQueries = 'byStage' | 'instances' | 'byInstance' | 'ofAccount' | 'unresolved';

const of = (field: string) => ({ field, op: 'eq', param: field }) as const;

export const deliveries: CollectionDeclaration<DeliveryDoc, DeliveryQueries> = {
  name: 'deliveries',
  schema: new Schema({
    _id: { type: String, required: true },
    version: { type: Number, required: true },
    channel: { type: String, required: true },
    account: { type: String, required: true },
    key: { type: String, required: true },
    chat: { type: String, required: true },
    messageId: { type: String, required: true },
    attempt: { type: Number, required: true },
    n: { type: Number, required: true },
    of: { type: Number, required: true },
    piece: { type: mixed, required: true },
    state: { type: String, required: true },
    stage: { type: String, required: true },
    order: { type: Number, required: true },
    tries: { type: Number, required: true },
    dueAt: { type: Number, required: true },
    expiresAt: { type: Number, required: true },
    instance: { type: String, required: true },
    providerMessageIds: { type: mixed, required: true },
    failure: mixed,
    at: { type: Number, required: true },
    settledAt: Number,
    unresolvedAt: Number,
    resolvedAt: Number,
  }),
  indexes: {
    stage: { fields: ['channel', 'stage', 'instance', 'account', 'order', 'n'] },
    unresolved: { fields: ['channel', 'unresolvedAt'], sparse: true },
    at: { fields: ['at'] },
  },
  queries: {
    byStage: { index: 'stage', where: [of('channel'), of('stage')] },
    /** Limit 1 gives the next process that is in charge of something. */
    instances: {
      index: 'stage',
      where: [of('channel'), of('stage'), { field: 'instance', op: 'gt', param: 'after' }],
      sort: [['instance', 1]],
    },
    byInstance: { index: 'stage', where: [of('channel'), of('stage'), of('instance')] },
    ofAccount: {
      index: 'stage',
      where: [of('channel'), of('stage'), of('instance'), of('account')],
      sort: [
        ['order', 1],
        ['n', 1],
      ],
    },
    /** Pieces of which nobody knows whether they arrived, latest first. */
    unresolved: { index: 'unresolved', where: [of('channel')], sort: [['unresolvedAt', -1]] },
  },
  expire: { field: 'at', afterMs: 30 * DAY },
};

export const deliveryId = (messageId: string, attempt: number, n: number): string => `${messageId}:${attempt}:${n}`;
