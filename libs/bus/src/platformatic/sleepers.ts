/** Waits that all end early when woken. No timer outlives its wait. */
export class Sleepers {
  readonly #waiting = new Set<() => void>();

  /** Until woken, or for `ms` at most. */
  sleep(ms?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(() => end(), ms);
      const end = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(end);
        resolve();
      };
      this.#waiting.add(end);
    });
  }

  wakeAll(): void {
    for (const end of this.#waiting) end();
  }
}
