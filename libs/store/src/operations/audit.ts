import { Schema } from 'mongoose';
import type { CollectionDeclaration, Doc } from '../port.ts';

/** What somebody did by hand. Written once, never changed. */
export interface AuditDoc extends Doc {
  at: number;
  by: string;
  action: string;
  subject: string;
  detail: Record<string, unknown>;
}

export const audit: CollectionDeclaration<AuditDoc, 'newest'> = {
  name: 'audit',
  schema: new Schema({
    _id: { type: String, required: true },
    version: { type: Number, required: true },
    at: { type: Number, required: true },
    by: { type: String, required: true },
    action: { type: String, required: true },
    subject: String,
    detail: { type: Schema.Types.Mixed, required: true },
  }),
  indexes: { at: { fields: ['at'] } },
  queries: { newest: { index: 'at', where: [], sort: [['at', -1]] } },
};
