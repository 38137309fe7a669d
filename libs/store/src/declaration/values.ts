import { ShapeError } from '../port.ts';

/** What an index holds and a condition compares with. */
export type Scalar = string | number | boolean | null;

export const isScalar = (value: unknown): value is Scalar =>
  value === null ||
  typeof value === 'string' ||
  typeof value === 'boolean' ||
  (typeof value === 'number' && Number.isFinite(value));

/** Reader of a dotted path; anything on the way that is no object gives undefined. */
export function pathReader(path: string): (doc: Readonly<Record<string, unknown>>) => unknown {
  if (!path.includes('.')) return (doc) => doc[path];
  const steps = path.split('.');
  return (doc) => steps.reduce<unknown>((at, step) => (isRecord(at) ? at[step] : undefined), doc);
}

/** The value of an indexed field; missing counts as null. Throws `ShapeError` for objects and lists, which no order is defined for. */
export function scalarAt(collection: string, path: string, value: unknown): Scalar {
  if (value === undefined) return null;
  if (isScalar(value)) return value;
  throw new ShapeError(
    `collection ${collection}: indexed field "${path}" must hold text, a number, true/false or nothing`,
  );
}

/** The tokens of a token field, each once. Throws `ShapeError` when it is no list of text. */
export function tokensAt(collection: string, path: string, value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every((token) => typeof token === 'string')) return [...new Set<string>(value)];
  throw new ShapeError(`collection ${collection}: token field "${path}" must hold a list of text`);
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
