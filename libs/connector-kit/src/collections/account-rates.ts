import type { CollectionDeclaration, Doc } from '#libs/store';
import { Schema } from 'mongoose';

const mixed = Schema.Types.Mixed;

/** One process's part of an account's rate. */
export interface RateGrant {
  holder: string;
  /** Sends a second that nobody else may use meanwhile. */
  perSecond: number;
  /** Sends a second it would like. */
  wanted: number;
  /** Changes with every renewal: one that stands still for the grant's life belongs to the dead. */
  beat: number;
}

/** How the processes of a channel share an account's rate; `_id` is `channel:account`. */
export interface AccountRateDoc extends Doc {
  grants: RateGrant[];
  /** The provider's last "slow down", by the clock of who heard it. */
  hold?: { at: number; ms: number };
}

export const accountRates: CollectionDeclaration<AccountRateDoc, never> = {
  name: 'account_rates',
  schema: new Schema({
    _id: { type: String, required: true },
    version: { type: Number, required: true },
    grants: { type: mixed, required: true },
    hold: mixed,
  }),
  indexes: {},
  queries: {} as Record<never, never>,
};
