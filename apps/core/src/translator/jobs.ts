import type { ConversationId, ConversationKey, MessageId } from '#libs/contracts';
import type { CollectionDeclaration, Doc } from '#libs/store';
import { Schema } from 'mongoose';

/** A message that waits to be translated; `_id` is the message's. */
export interface TranslationJobDoc extends Doc {
  _id: MessageId;
  conversationId: ConversationId;
  key: ConversationKey;
  conversationVersion: number;
  text: string;
  src: string;
  langs: string[];
  dueAt: number;
  attempts: number;
}

export const translationJobs: CollectionDeclaration<TranslationJobDoc, 'due'> = {
  name: 'translation_jobs',
  schema: new Schema({
    _id: { type: String, required: true },
    version: { type: Number, required: true },
    conversationId: { type: String, required: true },
    key: { type: String, required: true },
    conversationVersion: { type: Number, required: true },
    text: { type: String, required: true },
    src: { type: String, required: true },
    langs: { type: Schema.Types.Mixed, required: true },
    dueAt: { type: Number, required: true },
    attempts: { type: Number, required: true },
  }),
  indexes: { dueAt: { fields: ['dueAt'] } },
  queries: { due: { index: 'dueAt', where: [{ field: 'dueAt', op: 'lte', param: 'before' }], sort: [['dueAt', 1]] } },
};
