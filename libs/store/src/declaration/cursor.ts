import { CursorError } from '../port.ts';
import { isScalar } from './values.ts';
import type { Scalar } from './values.ts';

/** Where a page ended, as text for the caller: the query's name, then the values it is ordered by. */
export const encodeCursor = (query: string, values: readonly Scalar[]): string =>
  Buffer.from(JSON.stringify([query, ...values])).toString('base64url');

/** The values again. Throws `CursorError` unless this query handed the cursor out with so many values. */
export function decodeCursor(query: string, cursor: string, length: number): Scalar[] {
  let read: unknown;
  try {
    read = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    read = undefined;
  }
  if (!Array.isArray(read) || read[0] !== query || read.length !== length + 1 || !read.every(isScalar)) {
    throw new CursorError(`the cursor does not belong to query ${query}; begin again without one`);
  }
  return read.slice(1);
}

/** Page size asked for, within 1 to 1000; 100 when nothing is said. */
export const pageSize = (limit = 100): number => (limit >= 1 ? Math.min(1000, Math.trunc(limit)) : 1);
