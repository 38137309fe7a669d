const FIRST_MS = 100;
const LONGEST_MS = 5000;
const SPREAD = 0.2;

/**
 * Milliseconds to wait before try number `attempt` (0 = the first repetition): doubling up to five seconds, spread by a fifth
 * either way so that partitions that failed together do not come back together. `random` is in [0, 1).
 */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const base = Math.min(FIRST_MS * 2 ** Math.min(attempt, 16), LONGEST_MS);
  return base * (1 - SPREAD + 2 * SPREAD * random());
}
