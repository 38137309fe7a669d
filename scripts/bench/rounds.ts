/**
 * The order of slices in which no subject gains by its place: there and back again (A B, B A, A B, …). Each round names every
 * subject once, so the n-th slices of two neighbours are a pair.
 */
export function rounds<T>(subjects: readonly T[], count: number): T[][] {
  return Array.from({ length: count }, (_, i) => (i % 2 === 0 ? [...subjects] : subjects.toReversed()));
}
