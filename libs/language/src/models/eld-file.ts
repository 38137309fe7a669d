import { behind, readPropertyName } from './property-names.ts';

/** The n-grams of the package eld: for each, the languages that use it and how telling it is. */
export interface EldFile {
  /** Language codes by number. */
  languages: string[];
  /** By key (see `eldKey`): where its pairs begin in `pairs` and how many there are. Open addressing; 0 pairs = a free slot. */
  keys: Float64Array;
  starts: Uint32Array;
  lengths: Uint8Array;
  /** Language number, score, language number, score, … */
  pairs: Uint8Array;
}

const SLOTS = 0x40000;
const LONGEST = 6;

/**
 * Reads eld's data from the text of its module (`ngrams/small.js`): evaluated, its 81 000 objects would take 150 MB; these arrays
 * take 4. Throws an Error when the text is not in the expected form.
 */
export function readEld(source: string): EldFile {
  try {
    return read(source);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`The data of the package eld is not as version 2.1 has it: ${why}.`, { cause: error });
  }
}

function read(source: string): EldFile {
  const table = source.slice(behind(source, 'languages:{'), source.indexOf('}', behind(source, 'languages:{')));
  const languages = [...table.matchAll(/\d+:'(\w+)'/g)].map(([, code]) => code!);
  const keys = new Float64Array(SLOTS);
  const starts = new Uint32Array(SLOTS);
  const lengths = new Uint8Array(SLOTS);
  // A pair takes at least four characters of source.
  const pairs = new Uint8Array(source.length / 2);
  let filled = 0;
  let count = 0;
  for (let at = behind(source, 'ngrams:{'); source.charCodeAt(at) !== CLOSE; count++) {
    const { name, end } = readPropertyName(source, at);
    const start = filled;
    for (at = end; source.charCodeAt(at) !== CLOSE;) {
      // Number by number without a string for each: what is thrown away here would stay with the process for long.
      const language = readNumber(source, at + 1);
      const score = readNumber(source, language.end + 1);
      if (language.value >= languages.length || score.value > 255) throw new RangeError(`a pair at character ${at}`);
      pairs[filled++] = language.value;
      pairs[filled++] = score.value;
      at = score.end;
    }
    const key = eldKey(name);
    if (Number.isNaN(key) || count > SLOTS / 2) throw new RangeError(`"${name}" at character ${at}`);
    const slot = slotOf(keys, lengths, key);
    keys[slot] = key;
    starts[slot] = start;
    lengths[slot] = (filled - start) / 2;
    at += source.charCodeAt(at + 1) === COMMA ? 2 : 1;
  }
  if (languages.length === 0 || count === 0) throw new RangeError('it is empty');
  return { languages, keys, starts, lengths, pairs: pairs.slice(0, filled) };
}

const CLOSE = 0x7d;
const COMMA = 0x2c;

function readNumber(source: string, from: number): { value: number; end: number } {
  let value = 0;
  let at = from;
  for (let digit = source.charCodeAt(at) - 48; digit >= 0 && digit <= 9; digit = source.charCodeAt(++at) - 48) {
    value = value * 10 + digit;
  }
  if (at === from) throw new RangeError(`no number at character ${from}`);
  return { value, end: at };
}

/** The slot that has this key, or the free one where it would be. */
export function slotOf(keys: Float64Array, lengths: Uint8Array, key: number): number {
  const high = Math.floor(key / 0x1000000);
  const mixed = Math.imul(Math.imul(key - high * 0x1000000, 0x9e3779b1) ^ high, 0x85ebca6b);
  let slot = (mixed ^ (mixed >>> 16)) & (SLOTS - 1);
  while (lengths[slot]! > 0 && keys[slot] !== key) slot = (slot + 1) & (SLOTS - 1);
  return slot;
}

/** The key of an n-gram grows by one character below 256. Six of them fit a double. */
export const withChar = (key: number, char: number): number => key * 256 + char;

function eldKey(name: string): number {
  let key = 0;
  for (let i = 0; i < name.length; i++) {
    if (name.charCodeAt(i) > 255 || i === LONGEST) return Number.NaN;
    key = withChar(key, name.charCodeAt(i));
  }
  return key;
}
