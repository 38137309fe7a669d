import type { CollectionDeclaration, Doc } from '#libs/store';
import { Schema } from 'mongoose';

/** How often a provider sent something that Seaway has no use for; `_id` is `channel:account:kind`. */
export interface IgnoredKindDoc extends Doc {
  channel: string;
  account: string;
  kind: string;
  count: number;
  lastAt: number;
}

export const ignoredKinds: CollectionDeclaration<IgnoredKindDoc, 'all'> = {
  name: 'ignored_kinds',
  schema: new Schema({
    _id: { type: String, required: true },
    version: { type: Number, required: true },
    channel: { type: String, required: true },
    account: { type: String, required: true },
    kind: { type: String, required: true },
    count: { type: Number, required: true },
    lastAt: { type: Number, required: true },
  }),
  indexes: { lastAt: { fields: ['lastAt'] } },
  queries: { all: { index: 'lastAt', where: [], sort: [['lastAt', -1]] } },
};
