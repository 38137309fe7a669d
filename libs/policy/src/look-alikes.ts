import type { Folded } from './normalise.ts';

/** Lower-case Cyrillic and Greek letters that look Latin. */
const LOOKS_LATIN = new Map(
  Object.entries({
    а: 'a',
    в: 'b',
    с: 'c',
    ԁ: 'd',
    е: 'e',
    ё: 'e',
    ғ: 'f',
    ԍ: 'g',
    һ: 'h',
    н: 'h',
    і: 'i',
    ї: 'i',
    ј: 'j',
    к: 'k',
    ӏ: 'l',
    м: 'm',
    п: 'n',
    о: 'o',
    р: 'p',
    ԛ: 'q',
    г: 'r',
    ѕ: 's',
    т: 't',
    у: 'y',
    ѵ: 'v',
    ԝ: 'w',
    х: 'x',
    ү: 'y',
    α: 'a',
    β: 'b',
    ε: 'e',
    ɡ: 'g',
    η: 'n',
    ι: 'i',
    κ: 'k',
    μ: 'm',
    ν: 'v',
    ο: 'o',
    ρ: 'p',
    τ: 't',
    υ: 'u',
    χ: 'x',
    ω: 'w',
    σ: 'o',
    ϲ: 'c',
    ϳ: 'j',
    γ: 'y',
  }),
);
const LETTER_IN_NUMBER = new Map(Object.entries({ o: '0', l: '1', i: '1', '|': '1', о: '0', ο: '0', ι: '1', і: '1' }));
const DIGIT_IN_WORD = new Map(Object.entries({ '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '@': 'a', $: 's' }));

const TOKEN = /[\p{L}\p{M}\p{N}@$|]+/gu;
const NUMBER_LIKE = /^(?:[0-9oliоοιі|]*[0-9][0-9oliоοιі|]*|[li|ιі][oоο]{2,})$/;
const FOREIGN = /[\u0370-\u03ff\u0400-\u052f\u0261]/;
const LATIN = /[a-z]/;

/** Puts right the letters that stand for others: 1OO → 100, dij4min → dijamin, guаrаnteed (Cyrillic а) → guaranteed. */
export function repairTokens(folded: Folded): Folded {
  const text = folded.chars.join('');
  const foreign = FOREIGN.test(text);
  if (!foreign && !/[0-9@$|]|[li|]oo/.test(text)) return folded;
  const mostlyLatin = foreign && count(text, /[a-z]/g) > count(text, /[\u0370-\u03ff\u0400-\u052f]/g);
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const token = match[0];
    if (NUMBER_LIKE.test(token)) replace(folded, match.index, token, LETTER_IN_NUMBER);
    else {
      if (foreign && FOREIGN.test(token) && (LATIN.test(token) || mostlyLatin)) {
        replace(folded, match.index, token, LOOKS_LATIN);
      }
      repairWord(folded, match.index, token);
    }
  }
  return folded;
}

function replace(folded: Folded, from: number, token: string, by: Map<string, string>): void {
  for (let i = 0; i < token.length; i++) {
    const other = by.get(token[i]!);
    if (other !== undefined) folded.chars[from + i] = other;
  }
}

/** A digit with letters on both sides is a letter in disguise; reference numbers change too, which no rule looks at. */
function repairWord(folded: Folded, from: number, token: string): void {
  for (let i = 1; i < token.length - 1; i++) {
    const other = DIGIT_IN_WORD.get(token[i]!);
    if (other !== undefined && LATIN.test(folded.chars[from + i - 1]!) && LATIN.test(folded.chars[from + i + 1]!)) {
      folded.chars[from + i] = other;
    }
  }
}

const count = (text: string, what: RegExp): number => text.match(what)?.length ?? 0;

const SPACED_OUT = /(?<![\p{L}\p{M}\p{N}])[\p{L}\p{N}](?:[ .\-_*·~'][\p{L}\p{N}](?![\p{L}\p{M}\p{N}])){2,}/gu;

/** Three or more single letters or digits with one separator between each are one word: d i j a m i n, 1.0.0. */
export function collapseSpacedOut(folded: Folded): Folded {
  const text = folded.chars.join('');
  SPACED_OUT.lastIndex = 0;
  let out: Folded | undefined;
  let copied = 0;
  for (let match = SPACED_OUT.exec(text); match !== null; match = SPACED_OUT.exec(text)) {
    out ??= { chars: [], starts: [], ends: [] };
    const end = match.index + match[0].length;
    copy(folded, out, copied, match.index);
    for (let i = match.index; i < end; i++) if (/[\p{L}\p{N}]/u.test(text[i]!)) copy(folded, out, i, i + 1);
    copied = end;
  }
  if (out === undefined) return folded;
  copy(folded, out, copied, text.length);
  return out;
}

function copy(from: Folded, to: Folded, start: number, end: number): void {
  for (let i = start; i < end; i++) {
    to.chars.push(from.chars[i]!);
    to.starts.push(from.starts[i]!);
    to.ends.push(from.ends[i]!);
  }
}
