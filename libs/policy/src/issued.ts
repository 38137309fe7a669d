import type { Part } from '#libs/contracts';
import type { Verdict } from './verdict.ts';
import { wordsOf } from './words.ts';

/** Verdicts given by this process, with the words they were given on: what a caller cannot make up. */
const issued = new WeakMap<Verdict, string>();

const wordsKey = (parts: readonly Part[]): string => {
  const { visible, rest } = wordsOf(parts);
  return `${visible}\u0000${rest}`;
};

/** Seals a verdict on the words of `parts`. For `checkOutbound` only, so it is not exported from the library. */
export function issue(verdict: Verdict, parts: readonly Part[]): Verdict {
  issued.set(verdict, wordsKey(parts));
  return Object.freeze(verdict);
}

/** Whether `checkOutbound` gave this verdict, and on exactly these words. */
export const isIssuedFor = (verdict: Verdict, parts: readonly Part[]): boolean =>
  issued.get(verdict) === wordsKey(parts);
