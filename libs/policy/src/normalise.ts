import { foldCluster } from './fold.ts';
import { collapseSpacedOut, repairTokens } from './look-alikes.ts';

export interface Normalised {
  /** What patterns are matched on. */
  text: string;
  /** Where a stretch of `text` came from in the original, in UTF-16 units. */
  span(start: number, end: number): { start: number; end: number };
}

/** Folded text under construction: for every UTF-16 unit, where its original begins and ends. */
export interface Folded {
  chars: string[];
  starts: number[];
  ends: number[];
}

/**
 * Brings a text to the one form in which rules look at it, so that no spelling trick gets past them: NFKC, lower case, digits
 * of every script, accents, Arabic letter variants, percent signs, invisible characters, Cyrillic and Greek look-alikes, O for
 * 0 and l for 1, letters spaced out. The result is for matching only and never shown; `span` leads back for highlighting.
 */
export function normalise(original: string): Normalised {
  const folded = repairTokens(collapseSpacedOut(fold(original)));
  const { starts, ends } = folded;
  return {
    text: folded.chars.join(''),
    span: (start, end) =>
      end <= start || start >= starts.length
        ? { start: original.length, end: original.length }
        : { start: starts[start]!, end: ends[Math.min(end, ends.length) - 1]! },
  };
}

/** A base character with the marks that follow it. */
const CLUSTER = /\P{M}\p{M}*|\p{M}+/gu;

function fold(original: string): Folded {
  const out: Folded = { chars: [], starts: [], ends: [] };
  let at = 0;
  while (at < original.length) {
    const end = clusterEnd(original, at);
    const folded = end === at + 1 ? foldUnit(original, at) : foldCluster(original.slice(at, end));
    append(out, folded, at, end);
    at = end;
  }
  return out;
}

/** Nearly all of a text is single units without marks; only what may be more pays for the expression. */
function clusterEnd(text: string, at: number): number {
  const here = text.charCodeAt(at);
  const next = text.charCodeAt(at + 1);
  if (here < 0x300 && !(next >= 0x300)) return at + 1;
  CLUSTER.lastIndex = at;
  return CLUSTER.exec(text) === null ? at + 1 : CLUSTER.lastIndex;
}

const ASCII = Array.from({ length: 128 }, (_, code) => foldCluster(String.fromCharCode(code)));
function foldUnit(text: string, at: number): string {
  const code = text.charCodeAt(at);
  return code < 128 ? ASCII[code]! : foldCluster(text[at]!);
}

function append(out: Folded, folded: string, start: number, end: number): void {
  for (const char of folded) {
    if (char === ' ' && (out.chars.length === 0 || out.chars.at(-1) === ' ')) continue;
    for (let i = 0; i < char.length; i++) {
      out.chars.push(char[i]!);
      out.starts.push(start);
      out.ends.push(end);
    }
  }
}
