import { type EldFile, slotOf, withChar } from './eld-file.ts';

/** What eld adds to each score that it stores. */
const BASE_SCORE = 53;
/** UTF-16 units of a text that are looked at, and bytes of a word. */
const TEXT = 100;
const WORD = 70;
const BLANK = 0x20;

/** How eld writes the bytes beyond ASCII, from 0x80 on, as one character each. */
const HIGH_BYTES =
  'M2RJOP{ä>âüé_QáôëåõèïZû}à3ùÉYîí]|)ÿ~1VDT48FIK7WS/EB5;NCê*X=^:[Hò  ¢!(,ß øó    Uö6@ÀÁ <ýG-Añú    $Læ?0"#%&+ì9.ç µ';

/**
 * Names languages as the package eld does, n-gram for n-gram, over flat arrays instead of its objects. Takes lower-case text;
 * undefined where it knows nothing of it.
 */
export function eldModel({ languages, keys, starts, lengths, pairs }: EldFile): (text: string) => string | undefined {
  const highBytes = Uint8Array.from(HIGH_BYTES.padEnd(128), (char) => char.charCodeAt(0));
  const letters = Uint8Array.from({ length: 0x10000 }, (_, code) => Number(/\p{L}/u.test(String.fromCharCode(code))));
  const word = new Uint8Array(3 * TEXT);
  const scores = new Uint32Array(languages.length);
  /** Slots of the n-grams that have counted: each does so once a text. */
  const counted = new Int32Array(3 * TEXT);
  let found = 0;

  function count(from: number, to: number, ends: boolean): void {
    let key = from === 0 ? BLANK : 0;
    for (let i = from; i < to; i++) key = withChar(key, word[i]!);
    const slot = slotOf(keys, lengths, ends ? withChar(key, BLANK) : key);
    const length = lengths[slot]!;
    if (length === 0) return;
    for (let i = 0; i < found; i++) if (counted[i] === slot) return;
    counted[found++] = slot;
    for (let i = starts[slot]!, end = i + 2 * length; i < end; i += 2) scores[pairs[i]!]! += pairs[i + 1]! + BASE_SCORE;
  }

  /** Four bytes at every third place and the last four; that a word begins or ends there counts too. */
  function countWord(size: number): void {
    for (let at = 0; at + 4 < Math.min(size, WORD); at += 3) count(at, at + 4, false);
    if (size <= WORD) count(Math.max(0, size - 4), size, true);
  }

  /** Appends a unit to the word as UTF-8 in eld's writing. */
  function append(size: number, code: number): number {
    if (code < 0x80) {
      word[size] = code;
      return size + 1;
    }
    let next = size;
    if (code < 0x800) word[next++] = highBytes[0x40 | (code >> 6)]!;
    else {
      word[next++] = highBytes[0x60 | (code >> 12)]!;
      word[next++] = highBytes[(code >> 6) & 0x3f]!;
    }
    word[next++] = highBytes[code & 0x3f]!;
    return next;
  }

  /** Whether an apostrophe belongs to a word: nothing but apostrophes up to the next letter or the end. */
  function joins(text: string, at: number): boolean {
    let i = at;
    while (i < text.length && isApostrophe(text.charCodeAt(i))) i++;
    return i > at && (i === text.length || letters[text.charCodeAt(i)] === 1);
  }

  return (whole) => {
    const text = whole.length > TEXT ? whole.slice(0, TEXT) : whole;
    scores.fill(0);
    found = 0;
    let size = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (letters[code] === 1 || joins(text, i)) size = append(size, code);
      else if (size > 0) {
        countWord(size);
        size = 0;
      }
    }
    if (size > 0) countWord(size);
    let best = -1;
    for (let i = 0, most = 0; i < scores.length; i++) {
      if (scores[i]! <= most) continue;
      most = scores[i]!;
      best = i;
    }
    return languages[best];
  };
}

const isApostrophe = (code: number): boolean => code === 0x27 || code === 0x60 || code === 0x2019;
