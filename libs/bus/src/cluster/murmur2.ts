const SEED = 0x9747b28c;
const MIX = 0x5bd1e995;

/** Kafka's hash of a key, as in its Java client: the positive number whose remainder by the partition count is the partition. */
export function murmur2(key: Uint8Array): number {
  const words = key.length & ~3;
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength);
  let hash = SEED ^ key.length;
  for (let at = 0; at < words; at += 4) {
    let word = Math.imul(view.getInt32(at, true), MIX);
    word ^= word >>> 24;
    hash = Math.imul(hash, MIX) ^ Math.imul(word, MIX);
  }
  if (key.length > words) {
    for (let at = key.length - 1; at >= words; at -= 1) hash ^= key[at]! << (8 * (at - words));
    hash = Math.imul(hash, MIX);
  }
  hash ^= hash >>> 13;
  hash = Math.imul(hash, MIX);
  hash ^= hash >>> 15;
  return hash & 0x7fffffff;
}
