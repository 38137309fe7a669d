import { TokenBucket } from './token-bucket.ts';

/** Providers bear short bursts into one chat; a message of three pieces is not slowed down. */
const CHAT_BURST = 3;
const PRUNE_ABOVE = 10_000;

/**
 * One bucket per chat, in this process alone: a chat's key is consumed by one process at a time. Whoever takes a chat over
 * does not know what the one before sent, so for a while after the processes changed a new chat begins without a burst.
 */
export class ChatRates {
  private readonly buckets = new Map<string, TokenBucket>();
  private readonly perSecondOf: (account: string) => number;
  private readonly carefulUntil = new Map<string, number>();

  constructor(perSecondOf: (account: string) => number) {
    this.perSecondOf = perSecondOf;
  }

  readyAt(account: string, chat: string, now: number): number {
    return this.bucketOf(account, chat, now).readyAt(now);
  }

  take(account: string, chat: string, now: number): void {
    this.bucketOf(account, chat, now).take(now);
  }

  /** Chats may have moved between processes. What this one does not remember begins with one token. */
  moved(account: string, now: number): void {
    const rate = this.perSecondOf(account);
    this.carefulUntil.set(account, now + (Math.max(CHAT_BURST, rate) / rate) * 1000);
  }

  private bucketOf(account: string, chat: string, now: number): TokenBucket {
    const id = `${account}:${chat}`;
    let bucket = this.buckets.get(id);
    if (bucket === undefined) {
      if (this.buckets.size >= PRUNE_ABOVE) this.prune(now);
      const perSecond = this.perSecondOf(account);
      const burst = Math.max(CHAT_BURST, perSecond);
      const careful = now < (this.carefulUntil.get(account) ?? -Infinity);
      bucket = new TokenBucket({ perSecond, burst, tokens: careful ? 1 : burst, now });
      this.buckets.set(id, bucket);
    }
    return bucket;
  }

  private prune(now: number): void {
    for (const [id, bucket] of this.buckets) if (bucket.full(now)) this.buckets.delete(id);
  }
}
