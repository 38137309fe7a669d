import type { Capabilities } from '#libs/contracts';
import { TokenBucket } from './token-bucket.ts';

/** Whether a chat may be written to now. Leasing an account's tokens among replicas takes the place of this one. */
export interface RateLimits {
  /** The moment from which the account may send; `now` or earlier means at once. Takes nothing. */
  accountReadyAt(account: string, now: number): number;
  chatReadyAt(account: string, chat: string, now: number): number;
  /** How many sends the account has free now. */
  available(account: string, now: number): number;
  take(account: string, chat: string, now: number): void;
}

/** Providers bear short bursts into one chat; a message of three pieces is not slowed down. */
const CHAT_BURST = 3;
const PRUNE_ABOVE = 10_000;

/** Keeps the declared rates within this process. */
export class LocalRateLimits implements RateLimits {
  private readonly accounts = new Map<string, TokenBucket>();
  private readonly chats = new Map<string, TokenBucket>();
  private readonly rateOf: (account: string) => Capabilities['rate'];

  constructor(rateOf: (account: string) => Capabilities['rate']) {
    this.rateOf = rateOf;
  }

  accountReadyAt(account: string, now: number): number {
    return this.accountBucket(account, now).readyAt(now);
  }

  chatReadyAt(account: string, chat: string, now: number): number {
    return this.chatBucket(account, chat, now).readyAt(now);
  }

  available(account: string, now: number): number {
    return this.accountBucket(account, now).available(now);
  }

  take(account: string, chat: string, now: number): void {
    this.accountBucket(account, now).take(now);
    this.chatBucket(account, chat, now).take(now);
  }

  private accountBucket(account: string, now: number): TokenBucket {
    let bucket = this.accounts.get(account);
    if (bucket === undefined) {
      const rate = this.rateOf(account).perAccountPerSecond;
      bucket = new TokenBucket(rate, Math.max(1, rate), now);
      this.accounts.set(account, bucket);
    }
    return bucket;
  }

  private chatBucket(account: string, chat: string, now: number): TokenBucket {
    const id = `${account}:${chat}`;
    let bucket = this.chats.get(id);
    if (bucket === undefined) {
      if (this.chats.size >= PRUNE_ABOVE) this.prune(now);
      const rate = this.rateOf(account).perChatPerSecond;
      bucket = new TokenBucket(rate, Math.max(CHAT_BURST, rate), now);
      this.chats.set(id, bucket);
    }
    return bucket;
  }

  private prune(now: number): void {
    for (const [id, bucket] of this.chats) if (bucket.full(now)) this.chats.delete(id);
  }
}
