import type { Clock } from '#libs/contracts';

/** Messages a second, and how many may come at once after a rest. */
export interface RateLimits {
  perSecond: number;
  perChatPerSecond: number;
  perChatBurst: number;
}

/** As published: about 30 a second to all chats, one a second to one chat, short bursts allowed. */
export const PUBLISHED_LIMITS: RateLimits = { perSecond: 30, perChatPerSecond: 1, perChatBurst: 3 };

interface Bucket {
  tokens: number;
  at: number;
}

/** Token buckets of one bot. A refused call costs nothing. */
export class RateLimit {
  private readonly clock: Clock;
  private readonly chats = new Map<number, Bucket>();
  private bot: Bucket | undefined;
  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Seconds to wait, whole and at least 1; 0 when the message may pass, which is then counted. */
  take(chat: number, limits: RateLimits): number {
    const now = this.clock.now();
    const global = refill(this.bot, limits.perSecond, limits.perSecond, now);
    const own = refill(this.chats.get(chat), limits.perChatPerSecond, limits.perChatBurst, now);
    this.bot = global;
    this.chats.set(chat, own);
    const wait = Math.max(missing(global, limits.perSecond), missing(own, limits.perChatPerSecond));
    if (wait > 0) return Math.max(1, Math.ceil(wait));
    global.tokens -= 1;
    own.tokens -= 1;
    return 0;
  }
}

function refill(bucket: Bucket | undefined, rate: number, burst: number, now: number): Bucket {
  if (bucket === undefined) return { tokens: burst, at: now };
  return { tokens: Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * rate), at: now };
}

const missing = (bucket: Bucket, rate: number): number => (bucket.tokens >= 1 ? 0 : (1 - bucket.tokens) / rate);
