/** The value that `p` per cent of the values do not exceed (nearest rank). NaN of nothing. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)] ?? Number.NaN;
}

/** The middle value; of an even number the mean of the two in the middle. NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  if (sorted.length % 2 === 1) return sorted[Math.floor(middle)]!;
  return (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * How many times `reference` the subject is: the ratio of each pair of neighbouring slices, then the median of the ratios. A machine
 * that slows down for a while slows both of a pair, so it falls out.
 */
export function medianRatio(subject: readonly number[], reference: readonly number[]): number {
  if (subject.length !== reference.length)
    throw new RangeError(`${subject.length} slices cannot be paired with ${reference.length}`);
  return median(subject.map((value, i) => value / reference[i]!));
}
