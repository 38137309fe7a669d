import type { SQLInputValue } from 'node:sqlite';
import type { BoundQuery } from '../declaration/query-plan.ts';
import type { Scalar } from '../declaration/values.ts';
import { columnOf, toSql } from './layout.ts';
import type { Layout } from './layout.ts';
import type { TokenTable } from './row-write.ts';

export interface Sql {
  text: string;
  values: SQLInputValue[];
}

/** More would be a query of another kind. */
const MOST_COMBINATIONS = 1000;

/** One choice of value for each fixed field: `in` conditions are asked value by value, which keeps the order of the index. */
export function combinations(bound: BoundQuery): Scalar[][] {
  const all = bound.fixed.reduce<Scalar[][]>(
    (chosen, { values }) => chosen.flatMap((c) => values.map((value) => [...c, value])),
    [[]],
  );
  if (all.length > MOST_COMBINATIONS)
    throw new RangeError(`lists with ${all.length} combinations; ask for at most ${MOST_COMBINATIONS} at once`);
  return all;
}

/** Columns a page is ordered and continued by; the last one is unique among equals. */
export function orderColumns(bound: BoundQuery): string[] {
  const columns = bound.order.map(({ field }) => columnOf(field));
  if (bound.index.unique) return columns.length > 0 ? columns : ['id'];
  return [...columns, bound.tokens ? 'n' : 'id'];
}

/** Selects `doc`, then the order columns, for one combination of fixed values. */
export function pageSql(
  layout: Layout,
  bound: BoundQuery,
  fixed: readonly Scalar[],
  after: readonly Scalar[] | undefined,
  limit: number,
): Sql {
  const source = sourceOf(layout, bound);
  const columns = orderColumns(bound).map((column) => source.alias + column);
  const where = conditions(layout, bound, fixed, source, after !== undefined);
  if (after) addContinuation(where, bound, columns, after);
  const direction = bound.direction === 1 ? 'ASC' : 'DESC';
  return {
    text:
      `SELECT d.doc, ${columns.join(', ')} FROM ${source.from}${whereText(where)}` +
      ` ORDER BY ${columns.map((column) => `${column} ${direction}`).join(', ')} LIMIT ?`,
    values: [...where.values, limit],
  };
}

export function countSql(layout: Layout, bound: BoundQuery, fixed: readonly Scalar[]): Sql {
  const source = sourceOf(layout, bound);
  const where = conditions(layout, bound, fixed, source, false);
  return { text: `SELECT count(*) FROM ${source.counted}${whereText(where)}`, values: where.values };
}

interface Source {
  from: string;
  counted: string;
  /** Of the table that the index's columns are read from. */
  alias: string;
  side?: TokenTable;
}

interface Where {
  terms: string[];
  values: SQLInputValue[];
}

const whereText = ({ terms }: Where): string => (terms.length > 0 ? ` WHERE ${terms.join(' AND ')}` : '');

function sourceOf(layout: Layout, bound: BoundQuery): Source {
  if (!bound.tokens) {
    const from = `${layout.table} AS d${bound.index.name === '_id' ? '' : ` INDEXED BY ${layout.indexName(bound.index)}`}`;
    return { from, counted: from, alias: 'd.' };
  }
  const side = sideOf(layout, bound);
  return {
    from: `${side.table} AS s CROSS JOIN ${layout.table} AS d ON d.n = s.n`,
    counted: `${side.table} AS s`,
    alias: 's.',
    side,
  };
}

export function sideOf(layout: Layout, bound: BoundQuery): TokenTable {
  const name = `"${layout.plan.name}:${bound.index.name}"`;
  return layout.tokenTables.find((side) => side.table === name)!;
}

function conditions(
  layout: Layout,
  bound: BoundQuery,
  fixed: readonly Scalar[],
  source: Source,
  continued: boolean,
): Where {
  const where: Where = { terms: [], values: [] };
  const add = (term: string, ...values: SQLInputValue[]): void => {
    where.terms.push(term);
    where.values.push(...values);
  };
  const [first, ...others] = bound.tokens ?? [];
  if (source.side && first !== undefined) {
    add('s.t = ?', first);
    const same = source.side.trailing.map((column) => `x.${column} = s.${column} AND `).join('');
    for (const token of others)
      add(`EXISTS (SELECT 1 FROM ${source.side.table} AS x WHERE x.t = ? AND ${same}x.n = s.n)`, token);
  }
  bound.fixed.forEach(({ field }, i) => {
    const value = toSql(fixed[i] ?? null);
    if (value === null) add(`${source.alias}${columnOf(field)} IS NULL`);
    else add(`${source.alias}${columnOf(field)} = ?`, value);
  });
  for (const { field, op, value } of bound.ranges) {
    // A continued page begins inside the range: with the plus, SQLite seeks to the cursor and not to the range's edge.
    const settled = continued && (bound.direction === 1 ? op === 'gt' || op === 'gte' : op === 'lt' || op === 'lte');
    add(`${settled ? '+' : ''}${source.alias}${columnOf(field)} ${OPERATORS[op]} ?`, toSql(value));
  }
  if (bound.index.sparse) for (const field of bound.index.fields) add(`${source.alias}${columnOf(field)} IS NOT NULL`);
  return where;
}

const OPERATORS = { lt: '<', lte: '<=', gt: '>', gte: '>=' } as const;

/** Everything behind the cursor. Nulls come first; they take the longer form, since no comparison holds for them. */
function addContinuation(where: Where, bound: BoundQuery, columns: readonly string[], after: readonly Scalar[]): void {
  const values = after.map(toSql);
  const ahead = bound.direction === 1;
  const nullsAhead = !ahead && bound.order.some(({ nullable }) => nullable);
  if (!nullsAhead && !values.includes(null)) {
    where.terms.push(`(${columns.join(', ')}) ${ahead ? '>' : '<'} (${columns.map(() => '?').join(', ')})`);
    where.values.push(...values);
    return;
  }
  const alternatives = columns.map((column, i) => {
    const equal = columns.slice(0, i).map((before, j) => {
      where.values.push(values[j]!);
      return `${before} IS ?`;
    });
    const value = values[i]!;
    if (value === null) return [...equal, ahead ? `${column} IS NOT NULL` : '0'].join(' AND ');
    where.values.push(value);
    return [...equal, ahead ? `${column} > ?` : `(${column} < ? OR ${column} IS NULL)`].join(' AND ');
  });
  where.terms.push(`(${alternatives.map((alternative) => `(${alternative})`).join(' OR ')})`);
}
