import type { Clock } from '#libs/contracts';

export type Wait = (ms: number) => Promise<void>;

export const waitByTimer: Wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Hands out one token every `1000 / perSecond` milliseconds; none are saved up. */
export class Pace {
  readonly #stepMs: number;
  readonly #clock: Clock;
  readonly #wait: Wait;
  #next = 0;

  constructor(perSecond: number, clock: Clock, wait: Wait) {
    if (!(perSecond > 0)) throw new RangeError(`a rate per second has to be above 0, not ${perSecond}`);
    this.#stepMs = 1000 / perSecond;
    this.#clock = clock;
    this.#wait = wait;
  }

  async take(): Promise<void> {
    const now = this.#clock.now();
    const turn = Math.max(this.#next, now);
    this.#next = turn + this.#stepMs;
    if (turn > now) await this.#wait(turn - now);
  }
}
