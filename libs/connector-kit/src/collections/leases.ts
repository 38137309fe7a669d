import type { CollectionDeclaration, Doc } from '#libs/store';
import { Schema } from 'mongoose';

/** Who does what alone unless it stops renewing; `_id` says what. */
export interface LeaseDoc extends Doc {
  holder: string;
  /** How long it lasts unrenewed. */
  ttlMs: number;
  /** By the holder's clock: for tidying up only. 0 = given back. */
  expiresAt: number;
}

export const leases: CollectionDeclaration<LeaseDoc, never> = {
  name: 'leases',
  schema: new Schema({
    _id: { type: String, required: true },
    version: { type: Number, required: true },
    holder: { type: String, required: true },
    ttlMs: { type: Number, required: true },
    expiresAt: { type: Number, required: true },
  }),
  indexes: { expiresAt: { fields: ['expiresAt'] } },
  queries: {} as Record<never, never>,
  expire: { field: 'expiresAt', afterMs: 86_400_000 },
};
