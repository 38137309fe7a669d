import { DeclarationError } from '../port.ts';
import type { CollectionDeclaration, Doc, QueryDeclaration } from '../port.ts';
import { cover } from './coverage.ts';
import type { IndexPlan } from './coverage.ts';
import { QueryPlan } from './query-plan.ts';
import { compileShape } from './shape.ts';
import type { Shape } from './shape.ts';

/** A checked declaration: what both adapters work from. */
export interface CollectionPlan {
  name: string;
  shape: Shape;
  /** Without the built-in `_id`. */
  indexes: readonly IndexPlan[];
  /** Token fields that an index begins with. */
  tokens: readonly string[];
  queries: ReadonlyMap<string, QueryPlan>;
  /** The document as it is stored. Throws `ShapeError`. */
  stored(doc: object, version: number): StoredFields;
  expire?: { field: string; afterMs: number; index: IndexPlan };
}

export type StoredFields = Record<string, unknown> & { _id: string; version: number };

/** Every stored collection has it. */
export const ID_INDEX: IndexPlan = { name: '_id', fields: ['_id'], unique: true, sparse: false };

/** Checks a declaration as a whole. Throws `DeclarationError` naming collection, index or query, and what is missing. */
export function planCollection<T extends Doc, Q extends string>(
  declaration: CollectionDeclaration<T, Q>,
): CollectionPlan {
  const { name } = declaration;
  if (!/^[a-z][a-z0-9_]*$/.test(name)) {
    throw new DeclarationError(`collection "${name}": the name must be lower-case letters, digits and underscores`);
  }
  const shape = compileShape(name, declaration.schema);
  const tokens = declaration.tokens ?? [];
  const indexes = Object.entries(declaration.indexes).map(([index, { fields, unique, sparse }]): IndexPlan => {
    const token = fields.find((field) => tokens.includes(field));
    const plan = { name: index, fields, unique: unique ?? false, sparse: sparse ?? false, ...(token ? { token } : {}) };
    checkIndex(name, shape, plan, tokens);
    return plan;
  });
  const byName = new Map([...indexes, ID_INDEX].map((index) => [index.name, index]));
  const queries = new Map(
    Object.entries<QueryDeclaration>(declaration.queries).map(([query, stated]) => {
      const index = byName.get(stated.index);
      if (!index)
        throw new DeclarationError(`collection ${name}, query ${query}: index "${stated.index}" is not declared`);
      checkConditions(`collection ${name}, query ${query}`, shape, stated, index);
      return [query, new QueryPlan(name, query, stated, index, shape)];
    }),
  );
  const expire = planExpiry(declaration, indexes, shape);
  const stored = storedForm(shape, indexes);
  return { name, shape, indexes, tokens, queries, stored, ...(expire ? { expire } : {}) };
}

/** MongoDB's sparse unique indexes hold nulls, which would be one key: a null there is left out of the document. */
function storedForm(shape: Shape, indexes: readonly IndexPlan[]): CollectionPlan['stored'] {
  const nullIsMissing = indexes.filter(({ unique, sparse }) => unique && sparse).flatMap(({ fields }) => fields);
  return (doc, version) => {
    const fields = { ...doc, version } as StoredFields;
    for (const field of nullIsMissing) if (fields[field] === null) delete fields[field];
    shape.check(fields);
    return fields;
  };
}

function checkIndex(collection: string, shape: Shape, index: IndexPlan, tokens: readonly string[]): void {
  const fail = (why: string): never => {
    throw new DeclarationError(`collection ${collection}, index ${index.name}: ${why}`);
  };
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(index.name)) fail('the name must be letters, digits and underscores');
  if (index.fields.length === 0) fail('it has no fields');
  if (new Set(index.fields).size < index.fields.length) fail('a field is named twice');
  for (const [i, field] of index.fields.entries()) {
    if (field === '_id') fail('"_id" follows every index by itself');
    if (!shape.has(field)) fail(`field "${field}" is not in the schema`);
    if (tokens.includes(field) && i > 0) fail(`token field "${field}" has to stand first`);
    if (!tokens.includes(field) && shape.kindOf(field) === 'array')
      fail(`"${field}" is a list; declare it among the tokens`);
    if (index.token && i > 0 && !shape.isRequired(field))
      fail(`"${field}" follows tokens, so the schema has to require it`);
    if (index.unique && index.sparse && field.includes('.'))
      fail(`"${field}" is nested; a sparse unique index takes top-level fields`);
    if (index.unique && !index.sparse && !shape.isRequired(field)) {
      fail(`unique over "${field}", which may be missing; require it in the schema or make the index sparse`);
    }
  }
  if (index.token && (index.unique || index.sparse)) fail('an index over tokens can be neither unique nor sparse');
}

function checkConditions(where: string, shape: Shape, query: QueryDeclaration, index: IndexPlan): void {
  for (const condition of query.where) {
    if (!shape.has(condition.field))
      throw new DeclarationError(`${where}: field "${condition.field}" is not in the schema`);
    if (condition.op === 'all' && condition.field !== index.token) {
      throw new DeclarationError(
        `${where}: "all" on "${condition.field}", which is no token field at the head of index "${index.name}"`,
      );
    }
    if (condition.op !== 'all' && condition.field === index.token) {
      throw new DeclarationError(`${where}: token field "${condition.field}" can only be asked with "all"`);
    }
  }
  cover(where, index, query.where, query.sort);
}

function planExpiry<T extends Doc, Q extends string>(
  { name, expire }: CollectionDeclaration<T, Q>,
  indexes: readonly IndexPlan[],
  shape: Shape,
): CollectionPlan['expire'] {
  if (!expire) return undefined;
  const index = indexes.find((candidate) => candidate.fields[0] === expire.field);
  if (!index)
    throw new DeclarationError(`collection ${name}: expiry by "${expire.field}" needs an index that begins with it`);
  if (shape.kindOf(expire.field) !== 'number') {
    throw new DeclarationError(
      `collection ${name}: expiry by "${expire.field}", which is no Number (epoch milliseconds)`,
    );
  }
  return { ...expire, index };
}
