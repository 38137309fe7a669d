interface Wait {
  until: number;
  late: () => void;
  before: Wait;
  after: Wait;
}

/**
 * Many waits of one length on one timer: nearly all of them end long before it rings, and a timer of its own for each request
 * would be most of what waiting costs. Keeps no process alive.
 */
export class Deadlines {
  readonly afterMs: number;
  /** A ring in the order in which waits run out, since all are equally long; this one closes it. */
  private readonly ring: Wait;
  private armed = false;

  constructor(afterMs: number) {
    this.afterMs = afterMs;
    const ring = { until: Infinity, late: () => undefined } as unknown as Wait;
    ring.before = ring;
    ring.after = ring;
    this.ring = ring;
  }

  /** Calls `late` once the time is over, unless what is returned was handed to `end` before. */
  begin(late: () => void): Wait {
    const { ring } = this;
    const wait = { until: performance.now() + this.afterMs, late, before: ring.before, after: ring };
    ring.before.after = wait;
    ring.before = wait;
    if (!this.armed) this.arm(this.afterMs);
    return wait;
  }

  /** A second time does nothing. */
  end(wait: Wait): void {
    wait.before.after = wait.after;
    wait.after.before = wait.before;
    wait.before = wait;
    wait.after = wait;
  }

  private arm(ms: number): void {
    this.armed = true;
    setTimeout(() => this.look(), Math.ceil(ms)).unref();
  }

  private look(): void {
    this.armed = false;
    const now = performance.now();
    const { ring } = this;
    while (ring.after !== ring) {
      const oldest = ring.after;
      if (oldest.until > now) return this.arm(oldest.until - now);
      this.end(oldest);
      oldest.late();
    }
  }
}
