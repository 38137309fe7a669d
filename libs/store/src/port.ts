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
  /**
   * Order of the answer, one direction for all fields; the rest of the index and then `_id` break ties. Absent: an order of the
   * store's own, stable from page to page.
   */
  sort?: readonly (readonly [field: string, direction: 1 | -1])[];
}

export interface IndexDeclaration {
  /** Fields in order; a token (array) field may only stand alone or first. The index named `_id` is always there. */
  fields: readonly string[];
  unique?: boolean;
  /** Documents that lack one of the fields (missing or null) are left out of the index, and of what it answers. In a unique one a null is stored as missing. */
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
  /** Documents may be dropped this long after `field` (milliseconds). Both adapters sweep once a minute, by an index. */
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
  /**
   * Writes `doc` with version + 1 if the stored version is still `doc.version`; else changes nothing. Throws `UniqueKeyError`
   * when another document holds a unique key.
   */
  replace(doc: T): Promise<ReplaceOutcome>;
  replaceMany(docs: readonly T[]): Promise<ReplaceOutcome[]>;
  /** True when there was one. */
  delete(id: string): Promise<boolean>;
  deleteMany(ids: readonly string[]): Promise<number>;
  /** `limit`: 1 to 1000, default 100. Throws `CursorError` for an `after` that this query did not hand out. */
  query(
    name: Q,
    params: Readonly<Record<string, unknown>>,
    page?: { limit?: number; after?: string },
  ): Promise<Page<T>>;
  count(name: Q, params: Readonly<Record<string, unknown>>): Promise<number>;
}

export interface StoreHealth {
  up: boolean;
  detail: string;
}

/** A write that a store has prepared and not made yet. */
export interface PlannedWrite {
  /** Of the document as JSON, in characters. */
  readonly size: number;
}

/** Writes to documents of several collections, made in one commit. */
export interface AtomicWrites {
  /** Throws `ShapeError`, as `Collection.insert` would. */
  insertion<T extends Doc, Q extends string>(into: CollectionDeclaration<T, Q>, doc: Omit<T, 'version'>): PlannedWrite;
  /** The document with version + 1, if the stored version is still `doc.version`. Throws `ShapeError`. */
  replacement<T extends Doc, Q extends string>(into: CollectionDeclaration<T, Q>, doc: T): PlannedWrite;
  /**
   * All of them, or nothing. `conflict`: one of `must` found another version than it rests on, or a document where there was
   * none. One of `may` that finds that is left out by itself.
   */
  commit(must: readonly PlannedWrite[], may: readonly PlannedWrite[]): Promise<'committed' | 'conflict'>;
}

export interface Store {
  /** Absent where the store writes one document at a time: then the caller's own means have to bridge a crash between two. */
  readonly atomic?: AtomicWrites;
  collection<T extends Doc, Q extends string>(declaration: CollectionDeclaration<T, Q>): Collection<T, Q>;
  /** Resolves when the indexes of the collections asked for so far are in place; throws what hinders them. */
  ready(): Promise<void>;
  health(): Promise<StoreHealth>;
  close(): Promise<void>;
}

/** The store is away or full: try again later, nothing is wrong with the data. The bus pauses on errors of this name. */
export class StoreUnavailableError extends Error {
  override readonly name = 'TransientError';
}

/** A document does not fit its collection's schema: a field is unknown, missing or of another type. The caller's mistake. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

/** A declaration or the parameters of a query that no index can answer. The programmer's mistake, found at start or first use. */
export class DeclarationError extends Error {
  override readonly name = 'DeclarationError';
}

/** A page cursor that was made up, cut, or handed out by another query. */
export class CursorError extends Error {
  override readonly name = 'CursorError';
}

/** A replacement would give two documents the same unique key; nothing was written. */
export class UniqueKeyError extends Error {
  override readonly name = 'UniqueKeyError';
}
