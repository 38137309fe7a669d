import type { CollectionDeclaration, Doc } from '#libs/store';
import { Schema } from 'mongoose';

/** Who does what alone, and until when unless renewed; `_id` says what. */
export interface LeaseDoc extends Doc {
  holder: string;
  expiresAt: number;
}

export const leases: CollectionDeclaration<LeaseDoc, never> = {
  name: 'leases',
  schema: new Schema({
    _id: { type: String, required: true },
    version: { type: Number, required: true },
    holder: { type: String, required: true },
    expiresAt: { type: Number, required: true },
  }),
  indexes: { expiresAt: { fields: ['expiresAt'] } },
  queries: {} as Record<never, never>,
  expire: { field: 'expiresAt', afterMs: 86_400_000 },
};
