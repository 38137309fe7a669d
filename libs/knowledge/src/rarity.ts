/** Inverse document frequency of concepts over lists of them: what few lists name tells them apart better. At least 0.3. */
export function rarityOf(lists: readonly (readonly string[])[]): (concept: string) => number {
  const frequency = new Map<string, number>();
  for (const list of lists)
    for (const concept of new Set(list)) frequency.set(concept, (frequency.get(concept) ?? 0) + 1);
  const known = new Map(
    [...frequency].map(([concept, n]) => [concept, Math.max(0.3, Math.log((1 + lists.length) / n))]),
  );
  return (concept) => known.get(concept) ?? 0.3;
}
