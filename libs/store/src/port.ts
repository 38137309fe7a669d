import type { Schema } from 'mongoose';

/** Every stored document: `_id` is ours and deterministic, `version` counts its writes from 1. */
export interface Doc {
  _id: string;
  version: number;
}

/** A field's condition in a named query. `param` names the caller's parameter. */
export type Condition =
  | { field: string; op: 'eq'; param: string }
  /** The parameter is a list; matches any of it. */
  | { field: string; op: 'in'; param: string }
  | { field: string; op: 'lt' | 'lte' | 'gt' | 'gte'; param: string }
  /** A fixed value, so that a partial question needs no parameter. */
  | { field: string; op: 'is'; value: string | number | boolean | null }
  /** Token field: the document has every token of the parameter (a list from `searchTokens`). */
  | { field: string; op: 'all'; param: string };

/**
 * A question a collection can be asked. It names the index that answers it; one without an index, or with conditions and
 * order that the index does not cover, is an error at start. Optional conditions are left out when their parameter is absent.
 */
export interface QueryDeclaration {
  index: string;
  where: readonly Condition[];
  /** Order of the answer; `_id` is always the last tie-break, in the direction of the last field. */
  sort?: readonly (readonly [field: string, direction: 1 | -1])[];
}

export interface IndexDeclaration {
  /** Fields in order; a token (array) field may only stand alone or first. */
  fields: readonly string[];
  unique?: boolean;
  /** Unique among documents that have all the fields; others are left out of the index. */
  sparse?: boolean;
}

/** One declaration per collection, read by both adapters: the mongoose schema is the one definition of its fields. */
export interface CollectionDeclaration<T extends Doc, Q extends string> {
  name: string;
  schema: Schema;
  indexes: Readonly<Record<string, IndexDeclaration>>;
  queries: Readonly<Record<Q, QueryDeclaration>>;
  /** Array-of-string fields that indexes and `all` conditions look into. */
  tokens?: readonly string[];
  /** Documents may be dropped this long after `field` (milliseconds); a sweep on embedded, a TTL index on MongoDB. */
  expire?: { field: string; afterMs: number };
  readonly __doc?: T;
}

export type InsertOutcome = 'inserted' | 'exists';
export type ReplaceOutcome = 'replaced' | 'conflict';

export interface Page<T> {
  items: T[];
  /** Hand it in again for the next page; absent on the last. Stable while documents are inserted. */
  next?: string;
}

export interface Collection<T extends Doc, Q extends string> {
  get(id: string): Promise<T | undefined>;
  /** In no particular order; missing ones are left out. */
  getMany(ids: readonly string[]): Promise<T[]>;
  /** `exists` also when another document holds a unique key; nothing is changed then. */
  insert(doc: Omit<T, 'version'>): Promise<InsertOutcome>;
  insertMany(docs: readonly Omit<T, 'version'>[]): Promise<InsertOutcome[]>;
  /** Writes `doc` with version + 1 if the stored version is still `doc.version`; else changes nothing. */
  replace(doc: T): Promise<ReplaceOutcome>;
  replaceMany(docs: readonly T[]): Promise<ReplaceOutcome[]>;
  /** True when there was one. */
  delete(id: string): Promise<boolean>;
  deleteMany(ids: readonly string[]): Promise<number>;
  query(name: Q, params: Readonly<Record<string, unknown>>, page?: { limit?: number; after?: string }): Promise<Page<T>>;
  count(name: Q, params: Readonly<Record<string, unknown>>): Promise<number>;
}

export interface StoreHealth {
  up: boolean;
  detail: string;
}

export interface Store {
  collection<T extends Doc, Q extends string>(declaration: CollectionDeclaration<T, Q>): Collection<T, Q>;
  health(): Promise<StoreHealth>;
  close(): Promise<void>;
}

/** The store is away or full: try again later, nothing is wrong with the data. The bus pauses on errors of this name. */
export class StoreUnavailableError extends Error {
  override readonly name = 'TransientError';
}
