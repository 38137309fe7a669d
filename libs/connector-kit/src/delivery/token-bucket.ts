/** Lets through `perSecond` on average and `burst` at once. Time comes in from outside, as ticks. */
export class TokenBucket {
  private tokens: number;
  private at: number;
  private perSecond: number;
  private burst: number;

  constructor(options: { perSecond: number; burst: number; tokens: number; now: number }) {
    this.perSecond = options.perSecond;
    this.burst = options.burst;
    this.tokens = options.tokens;
    this.at = options.now;
  }

  /** What has gathered so far stays, up to the new burst. */
  change(perSecond: number, burst: number, now: number): void {
    this.refill(now);
    this.perSecond = perSecond;
    this.burst = burst;
    this.tokens = Math.min(this.tokens, burst);
  }

  add(tokens: number): void {
    this.tokens = Math.min(this.burst, this.tokens + tokens);
  }

  /** When the next token is there: `now` or earlier means at once; infinity when none comes. */
  readyAt(now: number): number {
    this.refill(now);
    if (this.tokens >= 1) return now;
    return this.perSecond === 0 ? Infinity : now + Math.ceil(((1 - this.tokens) / this.perSecond) * 1000);
  }

  take(now: number): void {
    this.refill(now);
    this.tokens -= 1;
  }

  available(now: number): number {
    this.refill(now);
    return Math.floor(this.tokens);
  }

  full(now: number): boolean {
    this.refill(now);
    return this.tokens >= this.burst;
  }

  private refill(now: number): void {
    if (now <= this.at) return;
    this.tokens = Math.min(this.burst, this.tokens + ((now - this.at) / 1000) * this.perSecond);
    this.at = now;
  }
}
