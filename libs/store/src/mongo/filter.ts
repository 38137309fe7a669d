import type { BoundQuery } from '../declaration/query-plan.ts';
import type { Shape } from '../declaration/shape.ts';
import type { Scalar } from '../declaration/values.ts';

export type Filter = Record<string, unknown>;
export type Sort = Record<string, 1 | -1>;

const BSON_TYPE = {
  string: 'string',
  number: 'number',
  boolean: 'bool',
  array: 'array',
  object: 'object',
  any: undefined,
} as const;

/**
 * What keeps a document out of a sparse index: MongoDB's own `sparse` takes compound documents that have only one of the
 * fields, and stored nulls. `$type` is among the few tests that both an index and a query can state.
 */
export function sparseFilter(fields: readonly string[], shape: Shape): Filter {
  return Object.fromEntries(
    fields.map((field) => {
      const type = BSON_TYPE[shape.kindOf(field)];
      return [field, type ? { $type: type } : { $exists: true }];
    }),
  );
}

/** Order of the answer; `_id` breaks ties where the index is not unique itself. */
export function sortOf({ order, direction, index }: BoundQuery): Sort {
  const sort: Sort = Object.fromEntries(order.map(({ field }) => [field, direction]));
  if (!index.unique || order.length === 0) sort['_id'] = direction;
  return sort;
}

/** The conditions of a query. Values are plain (checked by `bind`), so nothing a caller hands in is read as an operator. */
export function filterOf(bound: BoundQuery, shape: Shape): Filter {
  const terms: Filter[] = [];
  if (bound.tokens && bound.index.token) terms.push({ [bound.index.token]: { $all: [...bound.tokens] } });
  for (const { field, values } of bound.fixed)
    terms.push({ [field]: values.length === 1 ? { $eq: values[0] } : { $in: [...values] } });
  for (const { field, op, value } of bound.ranges) terms.push({ [field]: { [`$${op}`]: value } });
  if (bound.index.sparse) terms.push(sparseFilter(bound.index.fields, shape));
  return joined(terms);
}

/** The same, behind the document whose sort values are given (in the order of `sortOf`). */
export function continued(filter: Filter, bound: BoundQuery, after: readonly Scalar[]): Filter {
  const fields = Object.keys(sortOf(bound));
  const nullable = new Set(bound.order.filter((field) => field.nullable).map(({ field }) => field));
  const ahead = bound.direction === 1;
  const alternatives = fields.map((field, i) => {
    const equal = fields.slice(0, i).map((before, j) => ({ [before]: { $eq: after[j] } }));
    return joined([...equal, behind(field, after[i] ?? null, ahead, nullable.has(field))]);
  });
  const terms = [filter, { $or: alternatives.filter((alternative) => !('never' in alternative)) }];
  const [first] = fields;
  const edge = after[0];
  // States the edge once more outside of the alternatives, so that the index is entered there.
  if (first !== undefined && edge !== null && edge !== undefined && (ahead || !nullable.has(first))) {
    terms.push({ [first]: { [ahead ? '$gte' : '$lte']: edge } });
  }
  return joined(terms);
}

function behind(field: string, value: Scalar, ahead: boolean, nullable: boolean): Filter {
  if (value === null) return ahead ? { [field]: { $ne: null } } : { never: true };
  if (ahead) return { [field]: { $gt: value } };
  return nullable ? { $or: [{ [field]: { $lt: value } }, { [field]: { $eq: null } }] } : { [field]: { $lt: value } };
}

/** One filter of several; `never` in one of them stays visible. */
function joined(terms: readonly Filter[]): Filter {
  const stated = terms.filter((term) => Object.keys(term).length > 0);
  if (stated.some((term) => 'never' in term)) return { never: true };
  return stated.length === 1 ? stated[0]! : stated.length === 0 ? {} : { $and: stated };
}
