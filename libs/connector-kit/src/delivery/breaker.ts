const OPENS_AFTER = 5;
const PAUSE_MS = 30_000;

/**
 * Some unknowns in a row mean that the provider swallows messages: the account pauses, then one is tried. What waits is
 * not claimed, so it cannot become unknown too.
 */
export class Breaker {
  private streak = 0;
  private until = 0;

  /** The moment from which the account may send. */
  readyAt(): number {
    return this.until;
  }

  /** A message goes out. After a pause it is a probe: the next one waits for its outcome. */
  passed(now: number): void {
    if (this.streak >= OPENS_AFTER) this.until = now + PAUSE_MS;
  }

  /** True when this ended a pause. */
  saw(unknown: boolean, now: number): boolean {
    const wasOpen = this.streak >= OPENS_AFTER;
    this.streak = unknown ? this.streak + 1 : 0;
    this.until = this.streak >= OPENS_AFTER ? now + PAUSE_MS : 0;
    return wasOpen && !unknown;
  }
}
