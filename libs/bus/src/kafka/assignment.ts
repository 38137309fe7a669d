import type { Clock } from '#libs/contracts';
import type { BusHealth } from '../port.ts';

/** What a member was given to consume, and whether it shows signs of life: a member that hangs must not look ready. */
export class Assignment {
  readonly #clock: Clock;
  readonly #silenceMs: number;
  #partitions: Readonly<Record<string, readonly number[]>> | undefined;
  #everJoined = false;
  #moving = false;
  #aliveAt = 0;

  /** `silenceMs`: so long without a heartbeat or a fetch it counts as dead. */
  constructor(clock: Clock, silenceMs: number) {
    this.#clock = clock;
    this.#silenceMs = silenceMs;
  }

  joined(partitions: Readonly<Record<string, readonly number[]>>): void {
    this.#partitions = partitions;
    this.#everJoined = true;
    this.#moving = false;
    this.alive();
  }

  /** Still a member, but what it owns is being dealt out anew. */
  rebalancing(): void {
    this.#moving = true;
  }

  gone(): void {
    this.#partitions = undefined;
  }

  alive(): void {
    this.#aliveAt = this.#clock.now();
  }

  has(topic: string, partition: number): boolean {
    return !this.#moving && this.#partitions?.[topic]?.includes(partition) === true;
  }

  status(): BusHealth {
    if (!this.#everJoined) return { up: false, detail: 'has not joined its group yet' };
    const silentMs = this.#clock.now() - this.#aliveAt;
    if (silentMs > this.#silenceMs) {
      return { up: false, detail: `no heartbeat and no fetch for ${Math.round(silentMs / 1000)} s` };
    }
    if (!this.#partitions) return { up: false, detail: 'is out of its group' };
    return { up: true, detail: 'consuming' };
  }
}
