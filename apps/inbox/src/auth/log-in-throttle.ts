import type { Clock } from '#libs/contracts';

const ALLOWED = 10;
const WINDOW_MS = 15 * 60_000;
const REMEMBERED = 20_000;

interface Tally {
  failures: number;
  until: number;
}

/** Counts failed log-ins per address and per e-mail, in this process. Ten bad ones close the door for the rest of the window. */
export class LogInThrottle {
  private readonly tallies = new Map<string, Tally>();

  constructor(private readonly clock: Clock) {}

  /** Milliseconds to wait, or 0. Counts the attempt as failed until `succeeded` says otherwise, so that guesses in parallel count. */
  attempt(keys: readonly string[]): number {
    const wait = Math.max(0, ...keys.map((key) => this.waitOf(key)));
    if (wait === 0) for (const key of keys) this.count(key);
    return wait;
  }

  succeeded(keys: readonly string[]): void {
    for (const key of keys) {
      const tally = this.tallies.get(key);
      if (tally === undefined) continue;
      tally.failures -= 1;
      if (tally.failures <= 0) this.tallies.delete(key);
    }
  }

  /** The right password was given: what failed before was the person's own typing. */
  forget(key: string): void {
    this.tallies.delete(key);
  }

  private waitOf(key: string): number {
    const tally = this.tallies.get(key);
    if (tally === undefined) return 0;
    const left = tally.until - this.clock.now();
    if (left <= 0) this.tallies.delete(key);
    return left > 0 && tally.failures >= ALLOWED ? left : 0;
  }

  private count(key: string): void {
    const tally = this.tallies.get(key) ?? { failures: 0, until: this.clock.now() + WINDOW_MS };
    tally.failures += 1;
    this.tallies.set(key, tally);
    if (this.tallies.size > REMEMBERED) this.tallies.delete(this.tallies.keys().next().value!);
  }
}
