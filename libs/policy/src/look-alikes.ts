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
const DISGUISE = /[a-z][01345@$]+[a-z]/;

/** Puts right the letters that stand for others: 1OO → 100, dij4min → dijamin, guаrаnteed (Cyrillic а) → guaranteed. */
export function repairTokens(folded: Folded): Folded {
  const { text } = folded;
  const foreign = FOREIGN.test(text);
  if (!foreign && !/[0-9@$|]|[li]oo/.test(text)) return folded;
  const mostlyLatin = foreign && count(text, /[a-z]/g) > count(text, /[\u0370-\u03ff\u0400-\u052f]/g);
  // Every letter is replaced by one letter, so that what is known of its origin stays true.
  return {
    ...folded,
    text: text.replace(TOKEN, (token) => {
      if (NUMBER_LIKE.test(token)) return replaced(token, LETTER_IN_NUMBER);
      const disguised = foreign && FOREIGN.test(token) && (LATIN.test(token) || mostlyLatin);
      return repairWord(disguised ? replaced(token, LOOKS_LATIN) : token);
    }),
  };
}

function replaced(token: string, by: ReadonlyMap<string, string>): string {
  let out = '';
  for (let i = 0; i < token.length; i++) out += by.get(token[i]!) ?? token[i]!;
  return out;
}

/** A digit with letters on both sides is a letter in disguise; reference numbers change too, which no rule looks at. */
function repairWord(token: string): string {
  if (!DISGUISE.test(token)) return token;
  let out = token[0]!;
  for (let i = 1; i < token.length; i++) {
    const other = LATIN.test(out[i - 1]!) && LATIN.test(token[i + 1] ?? '') ? DIGIT_IN_WORD.get(token[i]!) : undefined;
    out += other ?? token[i]!;
  }
  return out;
}

const count = (text: string, what: RegExp): number => text.match(what)?.length ?? 0;

const SPACED_OUT = /(?<![\p{L}\p{M}\p{N}])[\p{L}\p{N}](?:[ .\-_*·~'][\p{L}\p{N}](?![\p{L}\p{M}\p{N}])){2,}/gu;

/** Three or more single letters or digits with one separator between each are one word: d i j a m i n, 1.0.0. */
export function collapseSpacedOut(folded: Folded): Folded {
  const { text } = folded;
  SPACED_OUT.lastIndex = 0;
  let out: Required<Folded> | undefined;
  let copied = 0;
  for (let match = SPACED_OUT.exec(text); match !== null; match = SPACED_OUT.exec(text)) {
    out ??= { text: '', starts: [], ends: [] };
    const end = match.index + match[0].length;
    copy(folded, out, copied, match.index);
    for (let i = match.index; i < end; i++) if (/[\p{L}\p{N}]/u.test(text[i]!)) copy(folded, out, i, i + 1);
    copied = end;
  }
  if (out === undefined) return folded;
  copy(folded, out, copied, text.length);
  return out;
}

function copy({ text, starts, ends }: Folded, to: Required<Folded>, start: number, end: number): void {
  to.text += text.slice(start, end);
  for (let i = start; i < end; i++) {
    to.starts.push(starts === undefined ? i : starts[i]!);
    to.ends.push(ends === undefined ? i + 1 : ends[i]!);
  }
}
