import { Schema } from 'mongoose';
import type { CollectionDeclaration, Doc } from '../port.ts';

/** A bus record whose key is parked for a consumer group. */
export interface ParkedDoc extends Doc {
  group: string;
  topic: string;
  partition: number;
  /** Decimal, since offsets are 64 bit. */
  offset: string;
  /** The offset as a number, for the order only. */
  order: number;
  key: string;
  value: string;
  /** Where the bytes are no text, exactly those, base64. */
  base64?: string;
  headers: Record<string, string>;
  timestamp: number;
  reason: string;
  parkedAt: number;
  build: string;
}

const text = { type: String, required: true };
const number = { type: Number, required: true };

export const parked: CollectionDeclaration<ParkedDoc, 'ofGroup' | 'ofKey'> = {
  name: 'parked',
  schema: new Schema({
    _id: text,
    version: number,
    group: text,
    topic: text,
    partition: number,
    offset: text,
    order: number,
    key: text,
    value: text,
    base64: String,
    headers: { type: Schema.Types.Mixed, required: true },
    timestamp: number,
    reason: text,
    parkedAt: number,
    build: text,
  }),
  indexes: {
    group: { fields: ['group', 'parkedAt', 'order'] },
    // By offset, not by time: a clock that is set back must not change the order of a conversation.
    inOrder: { fields: ['group', 'key', 'order'] },
  },
  queries: {
    ofGroup: { index: 'group', where: [{ field: 'group', op: 'eq', param: 'group' }], sort: [['parkedAt', 1]] },
    ofKey: {
      index: 'inOrder',
      where: [
        { field: 'group', op: 'eq', param: 'group' },
        { field: 'key', op: 'eq', param: 'key' },
      ],
      sort: [['order', 1]],
    },
  },
};
