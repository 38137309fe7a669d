import type { Clock } from '#libs/contracts';
import type { Ticks } from '../leases.ts';
import type { Alarm } from './alarm.ts';
import { Breaker } from './breaker.ts';
import type { RateLimits } from './rate-limits.ts';

export interface GatesOptions<T> {
  rates: RateLimits;
  clock: Clock;
  ticks: Ticks;
  alarm: Alarm;
  letGo: (item: T) => void;
  /** The account's breaker opened or closed. */
  onBreaker?: (account: string, open: boolean) => void;
}

/** Looked at again at least this often; whoever knows sooner says so. */
const LOOK_MS = 1000;

/**
 * When an account and a chat may be written to: the provider's limits, and the breaker. Whoever finds an account's gate shut
 * queues here; one alarm per account lets as many go on as there is room for. Times are ticks.
 */
export class Gates<T extends { account: string }> {
  private readonly breakers = new Map<string, Breaker>();
  private readonly queues = new Map<string, T[]>();
  private readonly cancels = new Map<string, () => void>();
  private readonly options: GatesOptions<T>;

  constructor(options: GatesOptions<T>) {
    this.options = options;
    options.rates.onChange((account) => {
      if ((this.queues.get(account)?.length ?? 0) > 0) this.open(account);
    });
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

  /** Whether the provider was down for the account's last call. */
  saw(account: string, down: boolean, now: number): void {
    const breaker = this.breakerOf(account);
    const before = breaker.open;
    const closed = breaker.saw(down, now);
    if (breaker.open !== before) this.options.onBreaker?.(account, breaker.open);
    if (closed) this.open(account);
  }

  hold(account: string, ms: number, now: number): void {
    this.options.rates.hold(account, ms, now);
  }

  /** Accounts whose provider is down. */
  get broken(): string[] {
    return [...this.breakers].filter(([, breaker]) => breaker.open).map(([account]) => account);
  }

  queue(item: T): void {
    const queue = this.queues.get(item.account) ?? [];
    queue.push(item);
    this.queues.set(item.account, queue);
    if (queue.length === 1) this.openLater(item.account);
    this.options.rates.wanted(item.account, queue.length, this.options.ticks());
  }

  /** Forgets who waits. */
  clear(): void {
    for (const cancel of this.cancels.values()) cancel();
    for (const account of this.queues.keys()) this.options.rates.wanted(account, 0, this.options.ticks());
    this.queues.clear();
  }

  private openLater(account: string): void {
    const { clock, ticks, alarm } = this.options;
    const now = ticks();
    const wait = Math.min(Math.max(1, this.accountReadyAt(account, now) - now), LOOK_MS);
    this.cancels.get(account)?.();
    this.cancels.set(
      account,
      alarm.set(clock.now() + wait, () => this.open(account)),
    );
  }

  /** As many as there is room for. */
  private open(account: string): void {
    const { rates, ticks, letGo } = this.options;
    const queue = this.queues.get(account) ?? [];
    const now = ticks();
    this.cancels.get(account)?.();
    const room = this.accountReadyAt(account, now) > now ? 0 : this.roomOf(account, now);
    const free = queue.splice(0, room);
    if (queue.length > 0) this.openLater(account);
    rates.wanted(account, queue.length, now);
    for (const item of free) letGo(item);
  }

  /** Behind an open breaker one is the probe. */
  private roomOf(account: string, now: number): number {
    return this.breakerOf(account).open ? 1 : Math.max(1, this.options.rates.available(account, now));
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
