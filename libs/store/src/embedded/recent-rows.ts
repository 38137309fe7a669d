/**
 * What was set lately, by id. Two generations, of which the older goes as a whole when the newer is full: at least half of what it
 * may hold is there, and nothing is moved or deleted one by one.
 */
export class RecentRows<V> {
  #newer = new Map<string, V>();
  #older = new Map<string, V>();
  #weight = 0;
  readonly #most: number;
  readonly #weigh: (value: V) => number;

  /** `most`: the sum of what all values weigh, by default their number. */
  constructor(most: number, weigh: (value: V) => number = () => 1) {
    this.#most = most;
    this.#weigh = weigh;
  }

  get(id: string): V | undefined {
    return this.#newer.get(id) ?? this.#older.get(id);
  }

  set(id: string, value: V): void {
    this.#weight += this.#weigh(value);
    if (this.#weight > this.#most / 2) {
      this.#older = this.#newer;
      this.#newer = new Map();
      this.#weight = this.#weigh(value);
    }
    this.#newer.set(id, value);
  }

  delete(id: string): void {
    this.#newer.delete(id);
    this.#older.delete(id);
  }

  clear(): void {
    this.#newer.clear();
    this.#older.clear();
    this.#weight = 0;
  }
}
