/**
 * Numbers by 32-bit key in two flat arrays: about 16 bytes an entry and nothing for the garbage collector to visit, where a Map
 * takes 50 and more. Made once, then only read.
 */
export class HashIndex {
  readonly #keys: Int32Array;
  readonly #values: Int32Array;
  readonly #mask: number;

  /** `capacity`: how many entries will be added at most. */
  constructor(capacity: number) {
    const size = 2 ** Math.ceil(Math.log2(Math.max(2, capacity * 2)));
    this.#mask = size - 1;
    this.#keys = new Int32Array(size);
    this.#values = new Int32Array(size).fill(-1);
  }

  /** `value` is 0 or more. */
  set(key: number, value: number): void {
    let at = scatter(key) & this.#mask;
    while (this.#values[at]! >= 0 && this.#keys[at] !== (key | 0)) at = (at + 1) & this.#mask;
    this.#keys[at] = key;
    this.#values[at] = value;
  }

  /** -1 where there is none. */
  get(key: number): number {
    let at = scatter(key) & this.#mask;
    for (;;) {
      const value = this.#values[at]!;
      if (value < 0 || this.#keys[at] === (key | 0)) return value;
      at = (at + 1) & this.#mask;
    }
  }
}

/** Keys that are themselves near each other must not lie near each other. */
const scatter = (key: number): number => {
  const mixed = Math.imul(key, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
};
