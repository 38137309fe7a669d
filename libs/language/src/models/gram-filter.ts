/** Bits of the filter: with some 20 000 n-grams, one in fifty that is none of them passes. */
const BITS = 0x100000;

/**
 * Says of most stretches of a text that they are none of `grams`, without making a string of each: what passes has still to be
 * looked up.
 */
export function gramFilter(grams: Iterable<string>): (text: string, from: number, to: number) => boolean {
  const bits = new Uint8Array(BITS / 8);
  for (const gram of grams) {
    const hash = hashOf(gram, 0, gram.length);
    bits[hash >>> 3]! |= 1 << (hash & 7);
  }
  return (text, from, to) => {
    const hash = hashOf(text, from, to);
    return (bits[hash >>> 3]! & (1 << (hash & 7))) !== 0;
  };
}

function hashOf(text: string, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) & (BITS - 1);
}
