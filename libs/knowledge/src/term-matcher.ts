import { fold } from './fold.ts';
import type { TermHit } from './pack.ts';

export interface TermForm {
  concept: string;
  /** As in the pack; a trailing `*` stands for any ending. */
  form: string;
}

interface Candidate {
  concept: string;
  folded: string;
  stem: boolean;
  /** Written without blanks between words, so it may stand anywhere. */
  unspaced: boolean;
}

const UNSPACED = /[\u3040-\u9fff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]/;

/** What a UTF-16 unit is: no letter, a letter of words set apart by blanks, or one of a script without blanks. */
const NONE = 0;
const SPACED = 1;
const RUNNING = 2;
const UNITS = Uint8Array.from({ length: 0x10000 }, (_, code) => {
  const unit = String.fromCharCode(code);
  return /[\p{L}\p{N}\p{M}]/u.test(unit) ? (UNSPACED.test(unit) ? RUNNING : SPACED) : NONE;
});
const kindAt = (text: string, i: number): number => (i < text.length ? UNITS[text.charCodeAt(i)]! : NONE);

const PREFIX_LETTERS = 'وفابلك';
/** و ف ب ل ك and the article, which Arabic writes onto the word. */
const ARABIC_PREFIX = /^(?:[وف]?(?:ال|بال|كال|لل|[بلك])|[وف])(?=.{3})/;

/**
 * Finds the forms of one or more languages in one pass: at each place where a word may begin, two units choose the few
 * forms to compare, longest first. A few microseconds for a chat message.
 */
export function termMatcher(forms: readonly TermForm[]): (text: string) => TermHit[] {
  const byStart = new Map<number, Candidate[]>();
  for (const { concept, form } of forms) {
    const stem = form.endsWith('*');
    const folded = fold(stem ? form.slice(0, -1) : form).replace(/[\u064b-\u0652\u0640]/g, '');
    const candidate = { concept, folded, stem, unspaced: UNSPACED.test(folded) };
    const key = startKey(folded, 0);
    const list = byStart.get(key);
    if (!list) byStart.set(key, [candidate]);
    else if (!list.some((other) => other.folded === folded && other.concept === concept)) list.push(candidate);
  }
  for (const list of byStart.values()) list.sort((a, b) => b.folded.length - a.folded.length);

  return (text) => {
    const folded = fold(text);
    const hits: TermHit[] = [];
    const found = (concept: string, start: number, end: number): void => {
      hits.push({ concept, matched: text.slice(start, end), start, end });
    };
    let before = NONE;
    for (let i = 0; i < folded.length;) {
      const kind = kindAt(folded, i);
      // Within a word nothing begins.
      const end = kind === NONE || (kind === SPACED && before === SPACED) ? i : matchAt(folded, i, byStart, found);
      before = end > i ? kindAt(folded, end - 1) : kind;
      i = Math.max(end, i + 1);
    }
    return hits;
  };
}

/** End of the longest form that starts at `i`, or `i`. */
function matchAt(
  text: string,
  i: number,
  byStart: ReadonlyMap<number, Candidate[]>,
  found: (concept: string, start: number, end: number) => void,
): number {
  const direct = candidateAt(text, i, i, byStart);
  if (direct) {
    found(direct.concept, i, direct.end);
    return direct.end;
  }
  if (!PREFIX_LETTERS.includes(text[i]!) || !beginsWord(text, i)) return i;
  const prefix = ARABIC_PREFIX.exec(text.slice(i, i + 12))?.[0];
  if (!prefix) return i;
  const after = candidateAt(text, i + prefix.length, i, byStart);
  if (!after) return i;
  found(after.concept, i, after.end);
  return after.end;
}

function candidateAt(
  text: string,
  i: number,
  wordStart: number,
  byStart: ReadonlyMap<number, Candidate[]>,
): { concept: string; end: number } | undefined {
  const list = byStart.get(startKey(text, i));
  if (!list) return undefined;
  const begins = beginsWord(text, wordStart);
  for (const candidate of list) {
    if ((!begins && !candidate.unspaced) || !text.startsWith(candidate.folded, i)) continue;
    let end = i + candidate.folded.length;
    if (!candidate.unspaced && kindAt(text, end) === SPACED) {
      if (!candidate.stem) continue;
      while (kindAt(text, end) === SPACED) end++;
    }
    return { concept: candidate.concept, end };
  }
  return undefined;
}

const startKey = (text: string, i: number): number => text.charCodeAt(i) * 0x10000 + (text.charCodeAt(i + 1) || 0);

const beginsWord = (text: string, i: number): boolean => i === 0 || kindAt(text, i - 1) !== SPACED;
