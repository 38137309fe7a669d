import type { Clock } from '#libs/contracts';
import type { Alarm } from './alarm.ts';
import { Breaker } from './breaker.ts';
import type { RateLimits } from './rate-limits.ts';

/**
 * When an account and a chat may be written to: the provider's limits, and the breaker. Whoever finds an account's gate shut
 * queues here; one alarm per account lets as many go on as there is room for.
 */
export class Gates<T extends { account: string }> {
  private readonly breakers = new Map<string, Breaker>();
  private readonly queues = new Map<string, T[]>();
  private readonly cancels = new Map<string, () => void>();
  private readonly options: { rates: RateLimits; clock: Clock; alarm: Alarm; letGo: (item: T) => void };

  constructor(options: { rates: RateLimits; clock: Clock; alarm: Alarm; letGo: (item: T) => void }) {
    this.options = options;
  }

  chatReadyAt(account: string, chat: string, now: number): number {
    return this.options.rates.chatReadyAt(account, chat, now);
  }

  accountReadyAt(account: string, now: number): number {
    return Math.max(this.breakerOf(account).readyAt(), this.options.rates.accountReadyAt(account, now));
  }

  pass(account: string, chat: string, now: number): void {
    this.options.rates.take(account, chat, now);
    this.breakerOf(account).passed(now);
  }

  /** What the last call of the account came to. */
  saw(account: string, state: 'waiting' | 'claimed' | 'sent' | 'failed' | 'unknown', now: number): void {
    if (this.breakerOf(account).saw(state === 'unknown', now)) this.open(account);
  }

  queue(item: T, now: number): void {
    const queue = this.queues.get(item.account) ?? [];
    queue.push(item);
    this.queues.set(item.account, queue);
    if (queue.length === 1) this.openLater(item.account, now);
  }

  stop(): void {
    for (const cancel of this.cancels.values()) cancel();
  }

  private openLater(account: string, now: number): void {
    const cancel = this.options.alarm.set(Math.max(this.accountReadyAt(account, now), now + 1), () =>
      this.open(account),
    );
    this.cancels.set(account, cancel);
  }

  /** As many as there is room for; those behind them find out themselves whether it is enough. */
  private open(account: string): void {
    const { rates, clock, letGo } = this.options;
    const queue = this.queues.get(account) ?? [];
    const now = clock.now();
    this.cancels.get(account)?.();
    const free = queue.splice(0, Math.max(1, rates.available(account, now)));
    if (queue.length > 0) this.openLater(account, now);
    for (const item of free) letGo(item);
  }

  private breakerOf(account: string): Breaker {
    let breaker = this.breakers.get(account);
    if (breaker === undefined) {
      breaker = new Breaker();
      this.breakers.set(account, breaker);
    }
    return breaker;
  }
}
