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
  /** The process that claimed it. */
  instance?: string;
  providerMessageIds: string[];
  failure?: DeliveryFailure;
  at: number;
  settledAt?: number;
}

export const deliveries: CollectionDeclaration<DeliveryDoc, 'byStage'> = {
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
    instance: String,
    providerMessageIds: { type: mixed, required: true },
    failure: mixed,
    at: { type: Number, required: true },
    settledAt: Number,
  }),
  indexes: { stage: { fields: ['channel', 'stage', 'order', 'n'] }, at: { fields: ['at'] } },
  queries: {
    byStage: {
      index: 'stage',
      where: [
        { field: 'channel', op: 'eq', param: 'channel' },
        { field: 'stage', op: 'eq', param: 'stage' },
      ],
      sort: [
        ['order', 1],
        ['n', 1],
      ],
    },
  },
  expire: { field: 'at', afterMs: 30 * DAY },
};

export const deliveryId = (messageId: string, attempt: number, n: number): string => `${messageId}:${attempt}:${n}`;
