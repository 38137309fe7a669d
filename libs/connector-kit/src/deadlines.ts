interface Wait {
  until: number;
  late: () => void;
}

/**
 * Many waits of one length on one timer: nearly all of them end long before it rings, and a timer of its own for each request
 * would be most of what waiting costs. Keeps no process alive.
 */
export class Deadlines {
  /** In the order in which they run out, since all are equally long. */
  private readonly waiting = new Set<Wait>();
  readonly afterMs: number;
  private armed = false;

  constructor(afterMs: number) {
    this.afterMs = afterMs;
  }

  /** Calls `late` once the time is over, unless what is returned was handed to `end` before. */
  begin(late: () => void): Wait {
    const wait = { until: performance.now() + this.afterMs, late };
    this.waiting.add(wait);
    if (!this.armed) this.arm(this.afterMs);
    return wait;
  }

  end(wait: Wait): void {
    this.waiting.delete(wait);
  }

  private arm(ms: number): void {
    this.armed = true;
    setTimeout(() => this.ring(), Math.ceil(ms)).unref();
  }

  private ring(): void {
    this.armed = false;
    const now = performance.now();
    for (const wait of this.waiting) {
      if (wait.until > now) return this.arm(wait.until - now);
      this.waiting.delete(wait);
      wait.late();
    }
  }
}
