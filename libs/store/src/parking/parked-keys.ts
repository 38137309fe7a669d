import { Schema } from 'mongoose';
import { uuidv5 } from '#libs/contracts';
import type { CollectionDeclaration, Doc } from '../port.ts';

/** A parked key of a consumer group: what an operator sees of it, and what was asked about it. Its records are in `parked`. */
export interface ParkedKeyDoc extends Doc {
  group: string;
  key: string;
  /** Place of the first record: whoever consumes it can release the key. */
  topic: string;
  partition: number;
  reason: string;
  parkedAt: number;
  build: string;
  /** A release that was asked for and not yet done, or that failed. */
  releaseState?: 'asked' | 'failed';
  releaseBy?: string;
  releaseAt?: number;
  releaseDetail?: string;
}

const text = { type: String, required: true };
const number = { type: Number, required: true };

export const parkedKeys: CollectionDeclaration<ParkedKeyDoc, 'all' | 'ofGroup' | 'asked'> = {
  name: 'parked_keys',
  schema: new Schema({
    _id: text,
    version: number,
    group: text,
    key: text,
    topic: text,
    partition: number,
    reason: text,
    parkedAt: number,
    build: text,
    releaseState: String,
    releaseBy: String,
    releaseAt: Number,
    releaseDetail: String,
  }),
  indexes: {
    parkedAt: { fields: ['parkedAt'] },
    group: { fields: ['group', 'parkedAt'] },
    // Sparse: looked into every second by every consumer, and nearly always empty.
    release: { fields: ['releaseState', 'group'], sparse: true },
  },
  queries: {
    all: { index: 'parkedAt', where: [], sort: [['parkedAt', 1]] },
    ofGroup: { index: 'group', where: [{ field: 'group', op: 'eq', param: 'group' }], sort: [['parkedAt', 1]] },
    asked: {
      index: 'release',
      where: [
        { field: 'releaseState', op: 'is', value: 'asked' },
        { field: 'group', op: 'eq', param: 'group' },
      ],
    },
  },
};

export const parkedKeyId = (group: string, key: string): string => uuidv5('parked-key', group, key);
