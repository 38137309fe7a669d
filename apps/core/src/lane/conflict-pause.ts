const FIRST_MS = 2;
const LONGEST_MS = 250;

/**
 * Resolves after a pause of random length, longer from try to try (0 = the first repetition). Writers that met on one document
 * part again instead of meeting at every try, and a crowd of them costs time and not processor.
 */
export function conflictPause(attempt: number, random: () => number = Math.random): Promise<void> {
  const most = Math.min(FIRST_MS * 2 ** Math.min(attempt, 16), LONGEST_MS);
  return new Promise((resolve) => setTimeout(resolve, most * random()));
}
