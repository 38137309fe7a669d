/** Random choices that come again for the same seed. */
export interface Dice {
  /** A whole number from `low` to below `high`. */
  between(low: number, high: number): number;
  /** True in `percent` of a hundred throws. */
  chance(percent: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** Dice of their own for somebody who throws at moments of their own, so that nobody's throws depend on anybody's timing. */
  fork(name: string): Dice;
}

export function diceOf(seed: number): Dice {
  const next = mulberry32(seed);
  const between = (low: number, high: number): number => low + (next() % Math.max(1, high - low));
  return {
    between,
    chance: (percent) => between(0, 100) < percent,
    pick: (from) => from[between(0, from.length)]!,
    fork: (name) => diceOf(hash(`${seed}:${name}`)),
  };
}

function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const char of text) value = Math.imul(value ^ char.codePointAt(0)!, 0x01000193);
  return value | 0;
}
