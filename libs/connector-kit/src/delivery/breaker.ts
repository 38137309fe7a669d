const OPENS_AFTER = 5;
const FIRST_PAUSE_MS = 5000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Some calls in a row that the provider answered with nothing, or with its own failure, mean that it is down: the account
 * pauses, then one message is tried. What waits is not claimed, so it cannot become unknown too. Times are ticks.
 */
export class Breaker {
  private streak = 0;
  private pauses = 0;
  private until = 0;
  private probing = false;

  /** The moment from which the account may send. */
  readyAt(): number {
    return this.until;
  }

  get open(): boolean {
    return this.streak >= OPENS_AFTER;
  }

  /** A message goes out. After a pause it is a probe: the next one waits for its outcome. */
  passed(now: number): void {
    if (!this.open) return;
    this.probing = true;
    this.until = now + LONGEST_PAUSE_MS;
  }

  /** Whether the provider was `down` for a call. True when this ended a pause. */
  saw(down: boolean, now: number): boolean {
    const wasOpen = this.open;
    this.streak = down ? this.streak + 1 : 0;
    if (!this.open) {
      this.until = 0;
      this.pauses = 0;
      this.probing = false;
      return wasOpen;
    }
    // Calls that were under way when it opened do not make the pause longer.
    if (!wasOpen || this.probing) {
      this.until = now + Math.min(FIRST_PAUSE_MS * 2 ** this.pauses, LONGEST_PAUSE_MS);
      this.pauses += 1;
      this.probing = false;
    }
    return false;
  }
}
