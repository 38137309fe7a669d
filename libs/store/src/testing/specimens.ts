import { Schema } from 'mongoose';
import type { CollectionDeclaration, Doc } from '../port.ts';

/** A collection that uses everything a declaration can say. */
export interface SpecimenDoc extends Doc {
  owner: string;
  status: string;
  rank: number;
  open: boolean;
  due?: number | null;
  handle?: string | null;
  nested: { code: string };
  text: string;
  tokens: string[];
  payload?: unknown;
}

export const specimens: CollectionDeclaration<
  SpecimenDoc,
  | 'byOwner'
  | 'byStatusUp'
  | 'byStatusDown'
  | 'ofOwners'
  | 'ranked'
  | 'openOnes'
  | 'dueBefore'
  | 'byHandle'
  | 'byCode'
  | 'byDue'
  | 'search'
  | 'searchRanked'
  | 'byId'
> = {
  name: 'specimens',
  schema: new Schema({
    _id: { type: String, required: true },
    version: { type: Number, required: true },
    owner: { type: String, required: true },
    status: { type: String, required: true },
    rank: { type: Number, required: true },
    open: { type: Boolean, required: true },
    due: Number,
    handle: String,
    nested: { type: Schema.Types.Mixed, required: true },
    text: { type: String },
    tokens: { type: [String], required: true },
    payload: Schema.Types.Mixed,
  }),
  indexes: {
    owner: { fields: ['owner', 'status', 'rank'] },
    status: { fields: ['status', 'rank'] },
    rank: { fields: ['rank'] },
    open: { fields: ['open', 'rank'] },
    sparseDue: { fields: ['due'], sparse: true },
    allDue: { fields: ['status', 'due'] },
    handle: { fields: ['handle'], unique: true, sparse: true },
    code: { fields: ['nested.code'] },
    tokens: { fields: ['tokens'] },
    tokensRank: { fields: ['tokens', 'rank'] },
  },
  queries: {
    byOwner: {
      index: 'owner',
      where: [
        { field: 'owner', op: 'eq', param: 'owner' },
        { field: 'status', op: 'eq', param: 'status' },
        { field: 'rank', op: 'gte', param: 'from' },
        { field: 'rank', op: 'lt', param: 'to' },
      ],
      sort: [['rank', -1]],
    },
    byStatusUp: { index: 'status', where: [{ field: 'status', op: 'eq', param: 'status' }], sort: [['rank', 1]] },
    byStatusDown: { index: 'status', where: [{ field: 'status', op: 'eq', param: 'status' }], sort: [['rank', -1]] },
    ofOwners: {
      index: 'owner',
      where: [
        { field: 'owner', op: 'in', param: 'owners' },
        { field: 'status', op: 'eq', param: 'status' },
      ],
      sort: [['rank', -1]],
    },
    ranked: { index: 'rank', where: [{ field: 'rank', op: 'gt', param: 'above' }], sort: [['rank', 1]] },
    openOnes: { index: 'open', where: [{ field: 'open', op: 'is', value: true }], sort: [['rank', 1]] },
    dueBefore: { index: 'sparseDue', where: [{ field: 'due', op: 'lte', param: 'before' }], sort: [['due', 1]] },
    byHandle: { index: 'handle', where: [{ field: 'handle', op: 'eq', param: 'handle' }] },
    byCode: { index: 'code', where: [{ field: 'nested.code', op: 'eq', param: 'code' }] },
    byDue: { index: 'allDue', where: [{ field: 'status', op: 'eq', param: 'status' }], sort: [['due', -1]] },
    search: { index: 'tokens', where: [{ field: 'tokens', op: 'all', param: 'tokens' }] },
    searchRanked: {
      index: 'tokensRank',
      where: [{ field: 'tokens', op: 'all', param: 'tokens' }],
      sort: [['rank', -1]],
    },
    byId: { index: '_id', where: [{ field: '_id', op: 'in', param: 'ids' }] },
  },
  tokens: ['tokens'],
  expire: { field: 'rank', afterMs: 1000 },
};

export type Specimen = Omit<SpecimenDoc, 'version'>;

export const specimen = (id: string, changes: Partial<Specimen> = {}): Specimen => ({
  _id: id,
  owner: 'ann',
  status: 'open',
  rank: 1,
  open: true,
  nested: { code: 'c' },
  text: '',
  tokens: [],
  ...changes,
});

/** A copy that lacks the named fields. */
export function without<O extends object, K extends keyof O>(object: O, ...fields: K[]): Omit<O, K> {
  const copy = { ...object };
  for (const field of fields) delete copy[field];
  return copy;
}
