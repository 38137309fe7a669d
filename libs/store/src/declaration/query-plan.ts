import { DeclarationError } from '../port.ts';
import type { Condition, QueryDeclaration } from '../port.ts';
import { cover, isRange } from './coverage.ts';
import type { Coverage, IndexPlan } from './coverage.ts';
import type { Shape } from './shape.ts';
import { isScalar } from './values.ts';
import type { Scalar } from './values.ts';

/** A query with its parameters checked: everything an adapter needs, in index order. */
export interface BoundQuery {
  /** The same for calls that differ only in values (and not in which of them are null): statements are cached by it. */
  form: string;
  index: IndexPlan;
  /** The document has all of them; absent when the query is no search. */
  tokens?: readonly string[];
  /** One value for `eq` and `is`, several for `in`; each value once. */
  fixed: readonly { field: string; values: readonly Scalar[] }[];
  ranges: readonly { field: string; op: 'lt' | 'lte' | 'gt' | 'gte'; value: string | number | boolean }[];
  /** What the answer is ordered by; `nullable` where documents without the field can be among them. */
  order: readonly { field: string; nullable: boolean }[];
  direction: 1 | -1;
  /** A list was empty: nothing can match. */
  empty: boolean;
}

interface Variant extends Coverage {
  conditions: readonly Condition[];
}

/** A declared query. Conditions whose parameter is absent are left out, if the index still covers what remains. */
export class QueryPlan {
  readonly #where: string;
  readonly #params: ReadonlySet<string>;
  readonly #variants = new Map<number, Variant>();

  constructor(
    collection: string,
    readonly name: string,
    private readonly stated: QueryDeclaration,
    readonly index: IndexPlan,
    private readonly shape: Shape,
  ) {
    this.#params = new Set(stated.where.flatMap((condition) => ('param' in condition ? [condition.param] : [])));
    this.#where = `collection ${collection}, query ${name}`;
  }

  /** Throws `DeclarationError` for parameters of the wrong type, unknown ones, and combinations the index cannot answer. */
  bind(params: Readonly<Record<string, unknown>>): BoundQuery {
    const { conditions, order, direction } = this.#variant(params);
    let form = '';
    let empty = false;
    let tokens: string[] | undefined;
    const fixed: { field: string; values: Scalar[] }[] = [];
    const ranges: { field: string; op: 'lt' | 'lte' | 'gt' | 'gte'; value: string | number | boolean }[] = [];
    for (const condition of conditions) {
      form += `${condition.field} ${condition.op} `;
      if (condition.op === 'is') {
        fixed.push({ field: condition.field, values: [condition.value] });
      } else if (condition.op === 'all') {
        tokens = this.#list(condition, params[condition.param]).map(String);
        empty ||= tokens.length === 0;
      } else if (condition.op === 'in') {
        const values = this.#list(condition, params[condition.param]);
        empty ||= values.length === 0;
        fixed.push({ field: condition.field, values });
      } else {
        const value = params[condition.param];
        if (!isScalar(value)) throw this.#wrong(condition.param, 'text, a number, true/false or null');
        if (!isRange(condition)) fixed.push({ field: condition.field, values: [value] });
        else if (value === null) throw this.#wrong(condition.param, 'a value, since nothing is before or after null');
        else ranges.push({ field: condition.field, op: condition.op, value });
      }
    }
    const nullable = (field: string): boolean =>
      !this.index.sparse && !this.shape.isRequired(field) && !ranges.some((range) => range.field === field);
    return {
      form,
      index: this.index,
      ...(tokens ? { tokens } : {}),
      fixed: fixed.sort((a, b) => this.index.fields.indexOf(a.field) - this.index.fields.indexOf(b.field)),
      ranges,
      order: order.map((field) => ({ field, nullable: nullable(field) })),
      direction,
      empty,
    };
  }

  #variant(params: Readonly<Record<string, unknown>>): Variant {
    for (const param in params) {
      if (!this.#params.has(param))
        throw new DeclarationError(`${this.#where}: it has no parameter "${param}" (${[...this.#params].join(', ')})`);
    }
    let mask = 0;
    this.stated.where.forEach((condition, i) => {
      if (condition.op === 'is' || params[condition.param] !== undefined) mask |= 1 << i;
    });
    const known = this.#variants.get(mask);
    if (known) return known;
    const conditions = this.stated.where.filter((_, i) => mask & (1 << i));
    for (const left of this.stated.where) {
      if (left.field === this.index.fields[0] && !isRange(left) && !conditions.includes(left)) {
        throw new DeclarationError(
          `${this.#where}: parameter "${'param' in left ? left.param : ''}" is missing; without it everything would be read`,
        );
      }
    }
    const variant = { conditions, ...cover(`${this.#where}, as called`, this.index, conditions, this.stated.sort) };
    this.#variants.set(mask, variant);
    return variant;
  }

  #list(condition: { op: string; param: string }, value: unknown): Scalar[] {
    const fits = condition.op === 'all' ? (item: unknown) => typeof item === 'string' : isScalar;
    if (!Array.isArray(value) || !value.every(fits)) throw this.#wrong(condition.param, 'a list of plain values');
    return [...new Set(value as Scalar[])];
  }

  #wrong(param: string, expected: string): DeclarationError {
    return new DeclarationError(`${this.#where}: parameter "${param}" must be ${expected}`);
  }
}
