/**
 * Seconds until a failed update is sent again: at once after the first failure, then 2, 4, 8 …, at most a time between 60 and
 * 120 that differs from try to try.
 */
export function cappedDelaySeconds(failures: number, random: () => number = Math.random): number {
  if (failures <= 1) return 0;
  return Math.min(2 ** (failures - 1), 60 + Math.floor(random() * 61));
}
