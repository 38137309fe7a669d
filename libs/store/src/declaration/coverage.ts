import { DeclarationError } from '../port.ts';
import type { Condition, QueryDeclaration } from '../port.ts';

export interface IndexPlan {
  name: string;
  fields: readonly string[];
  unique: boolean;
  sparse: boolean;
  /** The token field the index begins with, if it does. */
  token?: string;
}

/** How an index answers a query: the fields it is ordered by behind the fixed ones, and in which direction it is read. */
export interface Coverage {
  order: readonly string[];
  direction: 1 | -1;
}

/**
 * Whether `index` answers the conditions and gives their order without looking at anything else: conditions on single values
 * form a prefix of it, then at most one field in a range, and the sort follows in index order. Throws `DeclarationError`.
 */
export function cover(
  where: string,
  index: IndexPlan,
  conditions: readonly Condition[],
  sort: QueryDeclaration['sort'] = [],
): Coverage {
  const fail = (why: string): never => {
    throw new DeclarationError(
      `${where}: index "${index.name}" (${index.fields.join(', ')}) does not cover it: ${why}`,
    );
  };
  const ranged = new Set<string>();
  const fixed = new Set<string>();
  for (const condition of conditions) {
    if (isRange(condition)) ranged.add(condition.field);
    else if (fixed.has(condition.field)) fail(`two conditions fix "${condition.field}"`);
    else fixed.add(condition.field);
  }
  if (index.token && !conditions.some((c) => c.op === 'all'))
    fail(`it begins with tokens, so the query needs an "all" condition on "${index.token}"`);

  let at = 0;
  while (at < index.fields.length && fixed.delete(index.fields[at]!)) at += 1;
  for (const field of fixed) fail(`"${field}" is not among its first fields, each of which needs a condition`);
  if (ranged.size > 1) fail(`ranges on ${[...ranged].map(quote).join(' and ')}, but an index serves one`);
  for (const field of ranged) {
    if (field !== index.fields[at]) fail(`the range on "${field}" has to come right behind the fixed fields`);
  }
  sort.forEach(([field, direction], i) => {
    if (field !== index.fields[at + i])
      fail(`sort field "${field}" is not what follows in the index (${index.fields[at + i] ?? 'nothing'})`);
    if (direction !== sort[0]![1]) fail('sort directions differ');
  });
  return { order: index.fields.slice(at), direction: sort[0]?.[1] ?? 1 };
}

export const isRange = (condition: Condition): condition is Extract<Condition, { op: 'lt' | 'lte' | 'gt' | 'gte' }> =>
  condition.op === 'lt' || condition.op === 'lte' || condition.op === 'gt' || condition.op === 'gte';

const quote = (field: string): string => `"${field}"`;
