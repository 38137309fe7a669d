import { foldCluster } from './fold.ts';
import { collapseSpacedOut, repairTokens } from './look-alikes.ts';

export interface Normalised {
  /** What patterns are matched on. */
  text: string;
  /** Where a stretch of `text` came from in the original, in UTF-16 units. */
  span(start: number, end: number): { start: number; end: number };
}

/** Folded text, and for every UTF-16 unit of it where its original begins and ends; without these every unit is its own. */
export interface Folded {
  text: string;
  starts?: number[];
  ends?: number[];
}

/**
 * Brings a text to the one form in which rules look at it, so that no spelling trick gets past them: NFKC, lower case, digits
 * of every script, accents, Arabic letter variants, percent signs, invisible characters, Cyrillic and Greek look-alikes, O for
 * 0 and l for 1, letters spaced out. The result is for matching only and never shown; `span` leads back for highlighting.
 */
export function normalise(original: string): Normalised {
  const { text, starts, ends } = repairTokens(collapseSpacedOut(fold(original)));
  return {
    text,
    span: (start, end) =>
      end <= start || start >= text.length
        ? { start: original.length, end: original.length }
        : {
            start: starts === undefined ? start : starts[start]!,
            end: ends === undefined ? Math.min(end, text.length) : ends[Math.min(end, text.length) - 1]!,
          },
  };
}

/** A base character with the marks that follow it. */
const CLUSTER = /\P{M}\p{M}*|\p{M}+/gu;
/** Words of ASCII with one blank between them: nothing changes but their case. */
const PLAIN = /^[!-~]+(?: [!-~]+)* ?$/;

function fold(original: string): Folded {
  if (PLAIN.test(original)) return { text: original.toLowerCase() };
  const out: Required<Folded> = { text: '', starts: [], ends: [] };
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
  if (isHan(here) && !(next >= 0x300 && !isHan(next))) return at + 1;
  CLUSTER.lastIndex = at;
  return CLUSTER.exec(text) === null ? at + 1 : CLUSTER.lastIndex;
}

/** Han and Kana letters are whole by themselves, and no marks. */
const isHan = (code: number): boolean => (code >= 0x3400 && code <= 0x9fff) || (code >= 0x3041 && code <= 0x3096);

const ASCII = Array.from({ length: 128 }, (_, code) => foldCluster(String.fromCharCode(code)));
function foldUnit(text: string, at: number): string {
  const code = text.charCodeAt(at);
  return code < 128 ? ASCII[code]! : foldCluster(text[at]!);
}

function append(out: Required<Folded>, folded: string, start: number, end: number): void {
  for (const char of folded) {
    if (char === ' ' && (out.text === '' || out.text.endsWith(' '))) continue;
    out.text += char;
    for (let i = 0; i < char.length; i++) {
      out.starts.push(start);
      out.ends.push(end);
    }
  }
}
