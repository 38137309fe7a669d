import type { Part } from '#libs/contracts';
import type { Verdict } from './verdict.ts';
import { type Words, wordsOf } from './words.ts';

/** Verdicts given by this process, with the words they were given on: what a caller cannot make up. */
const issued = new WeakMap<Verdict, string>();

const keyOf = ({ visible, rest }: Words): string => `${visible}\u0000${rest}`;

/** Seals a verdict on the words that were judged. For `checkOutbound` only, so it is not exported from the library. */
export function issue(verdict: Verdict, words: Words): Verdict {
  issued.set(verdict, keyOf(words));
  return Object.freeze(verdict);
}

/** Whether `checkOutbound` gave this verdict, and on exactly these words. */
export const isIssuedFor = (verdict: Verdict, parts: readonly Part[]): boolean =>
  issued.get(verdict) === keyOf(wordsOf(parts));
