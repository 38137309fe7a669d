import { trusted } from 'mongoose';
import type { Model, mongo } from 'mongoose';
import type { CollectionPlan, StoredFields } from '../declaration/collection-plan.ts';
import { decodeCursor, encodeCursor, pageSize } from '../declaration/cursor.ts';
import type { BoundQuery, QueryPlan } from '../declaration/query-plan.ts';
import { isScalar, pathReader, scalarAt, tokensAt } from '../declaration/values.ts';
import type { Scalar } from '../declaration/values.ts';
import { DeclarationError, UniqueKeyError } from '../port.ts';
import type { Collection, Doc, InsertOutcome, Page, ReplaceOutcome } from '../port.ts';
import { bulkOutcomes, isDuplicateKey, translate } from './errors.ts';
import { continued, filterOf, sortOf } from './filter.ts';
import type { Filter } from './filter.ts';

const AT_ONCE = 64;

/**
 * Reads go through the mongoose model (lean), which refuses undeclared filter fields. Writes go to its driver collection: they
 * are checked against the same schema by the plan, and casting a checked document again would double their cost.
 */
export class MongoCollection<T extends Doc, Q extends string> implements Collection<T, Q> {
  readonly #indexed: readonly {
    field: string;
    read: (doc: Readonly<Record<string, unknown>>) => unknown;
    token: boolean;
  }[];

  constructor(
    private readonly plan: CollectionPlan,
    private readonly model: Model<unknown>,
    private readonly ready: () => Promise<void>,
    /** Make the server use the declared index, and fail if it cannot: for tests. */
    private readonly forceHint: boolean,
  ) {
    const fields = [...new Set(plan.indexes.flatMap((index) => index.fields))];
    this.#indexed = fields.map((field) => ({ field, read: pathReader(field), token: plan.tokens.includes(field) }));
  }

  get(id: string): Promise<T | undefined> {
    return this.#run(async () => ((await this.model.findOne({ _id: id }).lean()) as T | null) ?? undefined);
  }

  getMany(ids: readonly string[]): Promise<T[]> {
    if (ids.length === 0) return Promise.resolve([]);
    return this.#run(async () => (await this.model.find({ _id: trusted({ $in: [...ids] }) }).lean()) as unknown as T[]);
  }

  insert(doc: Omit<T, 'version'>): Promise<InsertOutcome> {
    return this.#run(async () => {
      try {
        await this.#documents.insertOne(this.#checked(doc, 1));
        return 'inserted';
      } catch (error) {
        if (isDuplicateKey(error)) return 'exists';
        throw error;
      }
    });
  }

  insertMany(docs: readonly Omit<T, 'version'>[]): Promise<InsertOutcome[]> {
    if (docs.length === 0) return Promise.resolve([]);
    return this.#run(async () => {
      const checked = docs.map((doc) => this.#checked(doc, 1));
      try {
        await this.#documents.insertMany(checked, { ordered: false });
        return docs.map(() => 'inserted');
      } catch (error) {
        const outcomes = bulkOutcomes(error, docs.length);
        if (!outcomes) throw error;
        return outcomes;
      }
    });
  }

  replace(doc: T): Promise<ReplaceOutcome> {
    return this.#run(async () => {
      try {
        const { _id, ...rest } = this.#checked(doc, doc.version + 1);
        const { matchedCount } = await this.#documents.replaceOne(
          { _id: { $eq: _id }, version: { $eq: doc.version } },
          rest,
        );
        return matchedCount === 1 ? 'replaced' : 'conflict';
      } catch (error) {
        if (isDuplicateKey(error))
          throw new UniqueKeyError(`another document holds the same unique key: ${(error as Error).message}`, {
            cause: error,
          });
        throw error;
      }
    });
  }

  async replaceMany(docs: readonly T[]): Promise<ReplaceOutcome[]> {
    const outcomes: ReplaceOutcome[] = [];
    for (let i = 0; i < docs.length; i += AT_ONCE) {
      const settled = await Promise.allSettled(docs.slice(i, i + AT_ONCE).map((doc) => this.replace(doc)));
      for (const outcome of settled) {
        if (outcome.status === 'rejected') throw outcome.reason;
        outcomes.push(outcome.value);
      }
    }
    return outcomes;
  }

  delete(id: string): Promise<boolean> {
    return this.#run(async () => (await this.#documents.deleteOne({ _id: { $eq: id } })).deletedCount === 1);
  }

  deleteMany(ids: readonly string[]): Promise<number> {
    if (ids.length === 0) return Promise.resolve(0);
    return this.#run(async () => (await this.#documents.deleteMany({ _id: { $in: [...ids] } })).deletedCount);
  }

  query(
    name: Q,
    params: Readonly<Record<string, unknown>>,
    page: { limit?: number; after?: string } = {},
  ): Promise<Page<T>> {
    return this.#run(async () => {
      const bound = this.#plan(name).bind(params);
      const limit = pageSize(page.limit);
      const sort = sortOf(bound);
      const fields = Object.keys(sort);
      const after = page.after === undefined ? undefined : decodeCursor(name, page.after, fields.length);
      if (bound.empty) return { items: [] };
      const filter = filterOf(bound, this.plan.shape);
      const found = this.model
        .find(trustedFilter(after ? continued(filter, bound, after) : filter))
        .sort(sort)
        .limit(limit + 1);
      const items = (await this.#hinted(found, bound).lean()) as unknown as T[];
      if (items.length <= limit) return { items };
      items.length = limit;
      return {
        items,
        next: encodeCursor(
          name,
          fields.map((field) => cursorValue(items[limit - 1]!, field)),
        ),
      };
    });
  }

  count(name: Q, params: Readonly<Record<string, unknown>>): Promise<number> {
    return this.#run(async () => {
      const bound = this.#plan(name).bind(params);
      if (bound.empty) return 0;
      return this.#hinted(this.model.countDocuments(trustedFilter(filterOf(bound, this.plan.shape))), bound);
    });
  }

  /** Deletes what a filter of the store's own finds: for the sweep. */
  drop(filter: Filter): Promise<number> {
    return this.#run(async () => (await this.#documents.deleteMany(filter)).deletedCount);
  }

  get #documents(): mongo.Collection<StoredFields> {
    return this.model.collection as unknown as mongo.Collection<StoredFields>;
  }

  #plan(name: Q): QueryPlan {
    const plan = this.plan.queries.get(name);
    if (!plan) throw new DeclarationError(`collection ${this.plan.name} has no query "${name}"`);
    return plan;
  }

  #checked(doc: Omit<T, 'version'>, version: number): StoredFields {
    const fields = this.plan.stored(doc, version);
    for (const { field, read, token } of this.#indexed) {
      const check = token ? tokensAt : scalarAt;
      check(this.plan.name, field, read(fields));
    }
    return fields;
  }

  #hinted<R extends { hint(hint: Record<string, 1>): R }>(query: R, { index }: BoundQuery): R {
    if (!this.forceHint) return query;
    return query.hint(index.name === '_id' ? { _id: 1 } : indexKey(index));
  }

  async #run<R>(work: () => Promise<R>): Promise<R> {
    try {
      await this.ready();
      return await work();
    } catch (error) {
      throw translate(error);
    }
  }
}

/** The key of a declared index as MongoDB keeps it: with `_id`, so that ties are in order without sorting. */
export const indexKey = ({ fields, unique }: { fields: readonly string[]; unique: boolean }): Record<string, 1> =>
  Object.fromEntries([...fields, ...(unique ? [] : ['_id'])].map((field) => [field, 1 as const]));

/** `sanitizeFilter` takes operators for an attack unless they are marked as ours, level by level. */
function trustedFilter(filter: Filter): Filter {
  return trusted(
    Object.fromEntries(
      Object.entries(filter).map(([key, value]) => {
        if (Array.isArray(value) && (key === '$and' || key === '$or'))
          return [key, value.map((part: Filter) => trustedFilter(part))];
        return [
          key,
          typeof value === 'object' && value !== null && !Array.isArray(value) ? trusted(value as Filter) : value,
        ];
      }),
    ),
  );
}

function cursorValue(doc: Doc, field: string): Scalar {
  const value = pathReader(field)(doc as unknown as Record<string, unknown>);
  return isScalar(value) ? value : null;
}
