import type { SQLInputValue } from 'node:sqlite';

/** The order SQLite gives rows of (doc, keys…): null, then numbers, then text by its UTF-8 bytes. */
export function compareRows(a: readonly SQLInputValue[], b: readonly SQLInputValue[]): number {
  for (let i = 1; i < a.length; i += 1) {
    const order = compareValues(a[i] ?? null, b[i] ?? null);
    if (order !== 0) return order;
  }
  return 0;
}

function compareValues(a: SQLInputValue, b: SQLInputValue): number {
  if (a === b) return 0;
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return rank(a) - rank(b);
}

const rank = (value: SQLInputValue): number => (value === null ? 0 : typeof value === 'string' ? 2 : 1);
