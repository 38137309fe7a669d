import type { RateGrant } from '../collections/index.ts';

/** Nobody is left with less than this part of an even share, so that a quiet process can begin at once. */
const LEAST = 0.1;

/**
 * What `self` may take of an account's rate: its fair part, but never what others hold still. Who wants little gets that and a
 * bit; the rest is shared evenly among those who want more, and what nobody wants, among all.
 */
export function fairShare(self: string, wanted: number, others: readonly RateGrant[], perSecond: number): number {
  const all = [...others.map((grant) => ({ holder: grant.holder, wanted: grant.wanted })), { holder: self, wanted }];
  const floor = (perSecond / all.length) * LEAST;
  const shares = new Map(all.map(({ holder }) => [holder, floor]));
  let left = perSecond - floor * all.length;
  let open = [...all].sort((a, b) => a.wanted - b.wanted);
  while (open.length > 0) {
    const [least, ...rest] = open;
    const part = Math.min(left / open.length, Math.max(0, least!.wanted - floor));
    shares.set(least!.holder, floor + part);
    left -= part;
    open = rest;
  }
  const fair = shares.get(self)! + left / all.length;
  const held = others.reduce((sum, grant) => sum + grant.perSecond, 0);
  return Math.max(0, Math.min(fair, perSecond - held));
}
