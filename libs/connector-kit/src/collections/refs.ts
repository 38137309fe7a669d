import type { ConversationKey, MessageId } from '#libs/contracts';
import type { CollectionDeclaration, Doc } from '#libs/store';
import { Schema } from 'mongoose';

/** Which message a provider speaks of, for events that carry nothing but its id. `_id` is `channel:account:providerMessageId`. */
export interface RefDoc extends Doc {
  key: ConversationKey;
  messageId: MessageId;
  at: number;
}

export const refs: CollectionDeclaration<RefDoc, never> = {
  name: 'refs',
  schema: new Schema({
    _id: { type: String, required: true },
    version: { type: Number, required: true },
    key: { type: String, required: true },
    messageId: { type: String, required: true },
    at: { type: Number, required: true },
  }),
  indexes: { at: { fields: ['at'] } },
  queries: {} as Record<never, never>,
  expire: { field: 'at', afterMs: 90 * 86_400_000 },
};

export const refId = (channel: string, account: string, providerMessageId: string): string =>
  `${channel}:${account}:${providerMessageId}`;
