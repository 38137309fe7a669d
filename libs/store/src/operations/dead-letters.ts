import { Schema } from 'mongoose';
import { uuidv5 } from '#libs/contracts';
import type { CollectionDeclaration, Condition, Doc, QueryDeclaration } from '../port.ts';

/** Bytes that a consumer group could not decode. One document, however often the same record is replayed and fails again. */
export interface DeadLetterDoc extends Doc {
  group: string;
  /** Place of the record that failed last: a replay lies elsewhere than the original. */
  topic: string;
  partition: number;
  offset: string;
  key: string;
  /** As text; the bytes are in `base64` where they are none. */
  value: string;
  base64?: string;
  bytes: number;
  headers: Record<string, string>;
  timestamp: number;
  reason: string;
  at: number;
  build: string;
  /** How often it failed: once more with each replay that did. */
  attempts: number;
  /** `topic/partition/offset` of the original record. */
  origin: string;
  state: 'open' | 'replayed' | 'discarded';
  stateBy?: string;
  stateAt?: number;
}

export type DeadLetterQuery = keyof typeof QUERIES;

const text = { type: String, required: true };
const number = { type: Number, required: true };

const eq = (field: string): Condition => ({ field, op: 'eq', param: field });
/** Newest first, between two times where they are given. */
const newest = (index: string, ...fixed: readonly string[]): QueryDeclaration => ({
  index,
  where: [...fixed.map(eq), { field: 'at', op: 'gte', param: 'since' }, { field: 'at', op: 'lte', param: 'until' }],
  sort: [['at', -1]],
});

const QUERIES = {
  all: newest('at'),
  ofState: newest('state', 'state'),
  ofTopic: newest('topic', 'topic'),
  ofGroup: newest('group', 'group'),
  ofStateAndTopic: newest('stateTopic', 'state', 'topic'),
  ofStateAndGroup: newest('stateGroup', 'state', 'group'),
};

export const deadLetters: CollectionDeclaration<DeadLetterDoc, DeadLetterQuery> = {
  name: 'dead_letters',
  schema: new Schema({
    _id: text,
    version: number,
    group: text,
    topic: text,
    partition: number,
    offset: text,
    key: String,
    value: String,
    base64: String,
    bytes: number,
    headers: { type: Schema.Types.Mixed, required: true },
    timestamp: number,
    reason: text,
    at: number,
    build: text,
    attempts: number,
    origin: text,
    state: text,
    stateBy: String,
    stateAt: Number,
  }),
  indexes: {
    at: { fields: ['at'] },
    state: { fields: ['state', 'at'] },
    topic: { fields: ['topic', 'at'] },
    group: { fields: ['group', 'at'] },
    stateTopic: { fields: ['state', 'topic', 'at'] },
    stateGroup: { fields: ['state', 'group', 'at'] },
  },
  queries: QUERIES,
  // As long as the dead-letter topics keep theirs.
  expire: { field: 'at', afterMs: 30 * 86_400_000 },
};

export const deadLetterId = (group: string, origin: string): string => uuidv5('dead-letter', group, origin);
