import type { Clock } from '#libs/contracts';
import type { Collection } from '#libs/store';
import type { AccountRateDoc, RateGrant } from '../collections/index.ts';
import { isGone } from '../leases.ts';
import { fairShare } from './fair-share.ts';
import { TokenBucket } from './token-bucket.ts';

/** A grant that was not renewed for this long is its holder's no more. */
const GRANT_MS = 8000;
/** The holder stops using it a little earlier. */
const MARGIN_MS = 1000;
/** A share lets this part of a second's sends gather; at least one. */
const BURST_SECONDS = 0.25;

export interface ShareOptions {
  id: string;
  self(): string;
  /** Whether a process is known to be gone. */
  isGone(holder: string): boolean;
  docs: Collection<AccountRateDoc, never>;
  perSecond: number;
  clock: Clock;
}

/**
 * This process's part of one account's rate, out of the account's document: the parts of all processes together never exceed
 * the rate. It is spent from a bucket, without asking; a process without a part has one token, so that the first message
 * after a pause need not wait for the store.
 */
export class AccountShare {
  private readonly options: ShareOptions;
  private readonly bucket: TokenBucket;
  /** Since when a grant of others has stood still. */
  private readonly seen = new Map<string, { beat: number; since: number }>();
  private validUntil = -Infinity;
  private holdUntil = -Infinity;
  private beat = 0;
  private perSecond = 0;
  private heard: AccountRateDoc['hold'];
  private peers: string | undefined;

  constructor(options: ShareOptions, now: number) {
    this.options = options;
    this.bucket = new TokenBucket({ perSecond: 0, burst: 1, tokens: 1, now });
  }

  /** Sends a second that this process may make now. */
  shareAt(now: number): number {
    if (now >= this.validUntil && this.perSecond > 0) this.set(0, now);
    return this.perSecond;
  }

  readyAt(now: number): number {
    this.shareAt(now);
    return Math.max(this.holdUntil, this.bucket.readyAt(now));
  }

  available(now: number): number {
    this.shareAt(now);
    return now < this.holdUntil ? 0 : this.bucket.available(now);
  }

  take(now: number): void {
    this.bucket.take(now);
  }

  holdFor(ms: number, now: number): void {
    this.holdUntil = Math.max(this.holdUntil, now + ms);
  }

  get held(): number {
    return this.holdUntil;
  }

  /**
   * Takes or renews the part; `wanted` 0 gives it back. Tells whether the other processes are not the ones of last time.
   * Another one writing at the same moment is no error: it is tried again.
   */
  async renew(wanted: number, ticks: () => number, told?: number): Promise<{ moved: boolean }> {
    const { docs, id, perSecond, clock } = this.options;
    const self = this.options.self();
    for (;;) {
      const asked = ticks();
      const found = await docs.get(id);
      const others = this.living(found?.grants ?? [], asked);
      const share = wanted === 0 ? 0 : fairShare(self, wanted, others, perSecond);
      if (share < this.perSecond) this.set(share, ticks());
      this.beat += 1;
      const grants = wanted === 0 ? others : [...others, { holder: self, perSecond: share, wanted, beat: this.beat }];
      const hold = told === undefined ? found?.hold : { at: clock.now(), ms: told };
      const doc = { _id: id, grants, ...(hold === undefined ? {} : { hold }) };
      const written =
        found === undefined
          ? (await docs.insert(doc)) === 'inserted'
          : (await docs.replace({ ...doc, version: found.version })) === 'replaced';
      if (!written) continue;
      this.validUntil = asked + GRANT_MS - MARGIN_MS;
      const isFirst = this.perSecond === 0;
      this.set(share, ticks());
      // Nobody has sent anything lately, but for the one token that was here.
      if (isFirst && others.length === 0) this.bucket.add(burstOf(share) - 1);
      this.hear(hold, ticks());
      return { moved: this.changed(others) };
    }
  }

  private set(perSecond: number, now: number): void {
    this.perSecond = perSecond;
    this.bucket.change(perSecond, burstOf(perSecond), now);
  }

  /** Grants of processes that are not gone, as far as one can tell by looking. */
  private living(grants: readonly RateGrant[], asked: number): RateGrant[] {
    return grants.filter(({ holder, beat }) => {
      if (holder === this.options.self() || isGone(holder) || this.options.isGone(holder)) return false;
      const seen = this.seen.get(holder);
      if (seen?.beat === beat) return asked - seen.since < GRANT_MS;
      this.seen.set(holder, { beat, since: asked });
      return true;
    });
  }

  /** Others may hear of it late, and through another clock: never for longer than was asked for. */
  private hear(hold: AccountRateDoc['hold'], now: number): void {
    if (hold === undefined || (hold.at === this.heard?.at && hold.ms === this.heard.ms)) return;
    this.heard = hold;
    const age = Math.max(0, this.options.clock.now() - hold.at);
    this.holdFor(Math.max(0, hold.ms - age), now);
  }

  private changed(others: readonly RateGrant[]): boolean {
    const peers = others
      .map(({ holder }) => holder)
      .sort()
      .join();
    const before = this.peers ?? '';
    this.peers = peers;
    return peers !== before;
  }
}

const burstOf = (perSecond: number): number => Math.max(1, perSecond * BURST_SECONDS);
