/**
 * Whether a value's JSON is longer than `limit`, without writing it: strings count as they are, everything else by a guess that is
 * rather too high. Stops as soon as it knows.
 */
export function isLargerThan(value: unknown, limit: number): boolean {
  return sizeOf(value, limit) > limit;
}

/** Brackets, commas, numbers and the like. */
const SMALL = 16;

function sizeOf(value: unknown, limit: number): number {
  if (typeof value === 'string') return value.length + SMALL;
  if (typeof value !== 'object' || value === null) return SMALL;
  let size = SMALL;
  for (const name in value) {
    size += name.length + sizeOf((value as Record<string, unknown>)[name], limit - size);
    if (size > limit) return size;
  }
  return size;
}
