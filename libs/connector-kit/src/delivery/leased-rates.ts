import type { Capabilities, Clock } from '#libs/contracts';
import type { Collection, Store } from '#libs/store';
import { type AccountRateDoc, accountRates } from '../collections/index.ts';
import type { ConnectorLog } from '../connector.ts';
import type { Ticks } from '../leases.ts';
import { AccountShare } from './account-share.ts';
import type { Alarm } from './alarm.ts';
import { ChatRates } from './chat-rates.ts';
import type { RateLimits } from './rate-limits.ts';

/** How often a share is renewed: while the limit is near, and while it is far. */
const NEAR_MS = 1000;
const FAR_MS = 3000;
/** More may be asked for this often. */
const ASK_MS = 50;
/** A process that has nothing to send for this long gives its share back and costs nothing. */
const IDLE_MS = 5000;
/** What is wanted over what was used, so that growing does not wait for the next renewal. */
const HEADROOM = 1.25;

interface Account {
  share: AccountShare;
  used: number;
  usedSince: number;
  lastUse: number;
  waiting: number;
  askedAt: number;
  renewing: boolean;
  /** A "slow down" that the others have not been told. */
  told: number | undefined;
  cancel: () => void;
}

export interface LeasedRatesOptions {
  channel: string;
  /** Who holds the shares. */
  self(): string;
  store: Store;
  rateOf(account: string): Capabilities['rate'];
  clock: Clock;
  ticks: Ticks;
  alarm: Alarm;
  log: ConnectorLog;
}

/** Keeps the declared rates among all processes of a channel: each holds a share of the account's rate, renewed ahead of need. */
export class LeasedRates implements RateLimits {
  private readonly options: LeasedRatesOptions;
  private readonly docs: Collection<AccountRateDoc, never>;
  private readonly accounts = new Map<string, Account>();
  private readonly chats: ChatRates;
  private changed: (account: string) => void = () => undefined;
  private readonly dead = new Set<string>();
  private closed = false;

  constructor(options: LeasedRatesOptions) {
    this.options = options;
    this.docs = options.store.collection(accountRates);
    this.chats = new ChatRates((account) => options.rateOf(account).perChatPerSecond);
  }

  accountReadyAt(account: string, now: number): number {
    return this.of(account, now).share.readyAt(now);
  }

  chatReadyAt(account: string, chat: string, now: number): number {
    return this.chats.readyAt(account, chat, now);
  }

  available(account: string, now: number): number {
    return this.of(account, now).share.available(now);
  }

  take(account: string, chat: string, now: number): void {
    const one = this.of(account, now);
    one.share.take(now);
    one.used += 1;
    one.lastUse = now;
    this.chats.take(account, chat, now);
    if (one.share.shareAt(now) === 0) this.renew(account, one);
  }

  wanted(account: string, waiting: number, now: number): void {
    const one = this.of(account, now);
    one.waiting = waiting;
    if (waiting === 0) return;
    one.lastUse = now;
    const all = this.options.rateOf(account).perAccountPerSecond;
    if (one.share.shareAt(now) < all * 0.99 && now - one.askedAt >= ASK_MS) this.renew(account, one);
  }

  hold(account: string, ms: number, now: number): void {
    const one = this.of(account, now);
    one.share.holdFor(ms, now);
    one.told = Math.max(ms, one.told ?? 0);
    this.renew(account, one);
  }

  gone(holder: string): void {
    if (this.dead.has(holder)) return;
    this.dead.add(holder);
    for (const [account, one] of this.accounts) this.renew(account, one);
  }

  onChange(listener: (account: string) => void): void {
    this.changed = listener;
  }

  async close(): Promise<void> {
    this.closed = true;
    const all = [...this.accounts.values()];
    for (const { cancel } of all) cancel();
    const leaving = all.map(({ share }) => share.renew(0, this.options.ticks).catch(() => undefined));
    await Promise.all(leaving);
  }

  private of(account: string, now: number): Account {
    let one = this.accounts.get(account);
    if (one === undefined) {
      const { channel, self, clock, rateOf } = this.options;
      const perSecond = rateOf(account).perAccountPerSecond;
      const id = `${channel}:${account}`;
      const isGone = (holder: string) => this.dead.has(holder);
      const share = new AccountShare({ id, self, isGone, docs: this.docs, perSecond, clock }, now);
      one = {
        share,
        used: 0,
        usedSince: now,
        lastUse: now,
        waiting: 0,
        askedAt: -Infinity,
        renewing: false,
        told: undefined,
        cancel: () => undefined,
      };
      this.accounts.set(account, one);
      this.renew(account, one);
    }
    return one;
  }

  private renew(account: string, one: Account): void {
    if (one.renewing || this.closed) return;
    one.renewing = true;
    this.renewNow(account, one)
      .catch((error: unknown) =>
        this.options.log.warn({ err: error, account }, "the account's share of its rate could not be renewed yet"),
      )
      .finally(() => {
        one.renewing = false;
        this.later(account, one);
        this.changed(account);
      });
  }

  private async renewNow(account: string, one: Account): Promise<void> {
    const { ticks } = this.options;
    const now = ticks();
    const seconds = Math.max(0.05, (now - one.usedSince) / 1000);
    const wanted = Math.max(0.01, (one.used / seconds + one.waiting) * HEADROOM);
    one.askedAt = now;
    if (seconds >= 0.5) {
      one.used = 0;
      one.usedSince = now;
    }
    const { told } = one;
    const { moved } = await one.share.renew(now - one.lastUse >= IDLE_MS ? 0 : wanted, ticks, told);
    if (one.told === told) one.told = undefined;
    if (moved) this.chats.moved(account, ticks());
  }

  private later(account: string, one: Account): void {
    one.cancel();
    if (this.closed) return;
    const { alarm, clock, ticks } = this.options;
    const now = ticks();
    const share = one.share.shareAt(now);
    if (share === 0 && one.waiting === 0 && now - one.lastUse >= IDLE_MS) return;
    const rate = (one.used / Math.max(0.5, (now - one.usedSince) / 1000)) * 2;
    const near = share === 0 || one.waiting > 0 || one.told !== undefined || rate > share;
    one.cancel = alarm.set(clock.now() + (near ? NEAR_MS : FAR_MS), () => this.renew(account, one));
  }
}
