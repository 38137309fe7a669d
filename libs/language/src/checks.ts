import type { LanguageGuess } from '#libs/contracts';
import { languageOfTag } from './expected-languages.ts';
import type { AppliedTerm } from './translation.ts';
import type { Glossary } from './pack-shapes.ts';

/** Flags after which a text must not reach a customer. `terms` is for the reader to judge. */
export const BLOCKING = new Set([
  'numbers',
  'placeholders',
  'negation',
  'language',
  'unchanged',
  'length',
  'repetition',
]);

export interface CheckInput {
  source: string;
  target: string;
  src: string;
  tgt: string;
  detect?: (text: string) => LanguageGuess;
}

/** What is wrong with a finished translation, by flag. */
export function checkTranslation(input: CheckInput): string[] {
  const { source, target, src, tgt } = input;
  const flags: string[] = [];
  if (!sameNumbers(source, target)) flags.push('numbers');
  if (negates(source, src) && negates(target, tgt) === false) flags.push('negation');
  if (target.trim() === source.trim() && words(source) >= 3) flags.push('unchanged');
  else if (wrongLanguage(input)) flags.push('language');
  const ratio = weight(target) / Math.max(1, weight(source));
  if (weight(source) >= 20 && (ratio < 0.3 || ratio > 3.5)) flags.push('length');
  if (repeats(target) && !repeats(source)) flags.push('repetition');
  return flags;
}

/** Concepts of the source with the words they became; `missed` lists those without any known word in the target. */
export function checkTerms(glossary: Glossary, input: CheckInput): { applied: AppliedTerm[]; missed: string[] } {
  const inTarget = new Map(glossary.find(input.target, input.tgt).map((hit) => [hit.concept, hit.matched]));
  const applied: AppliedTerm[] = [];
  const missed: string[] = [];
  for (const hit of glossary.find(input.source, input.src)) {
    const word = inTarget.get(hit.concept);
    if (word !== undefined) applied.push({ concept: hit.concept, src: hit.matched, tgt: word });
    else if (glossary.term(hit.concept, input.tgt) !== undefined) missed.push(hit.concept);
  }
  return { applied, missed };
}

const DIGIT_ZEROS = [0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0xff10];

function sameNumbers(a: string, b: string): boolean {
  return numbers(a) === numbers(b);
}

/** All numbers, separators dropped and digits folded, sorted: "Rp 50.000" and "٥٠٬٠٠٠" are one. */
function numbers(text: string): string {
  const folded = text.replace(/\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0)!;
    const zero = DIGIT_ZEROS.find((z) => code >= z && code < z + 10);
    return zero === undefined ? digit : String(code - zero);
  });
  return (folded.match(/\d(?:[\d.,٬٫\u00a0]*\d)?/g) ?? [])
    .map((number) => number.replace(/\D/g, ''))
    .sort()
    .join(' ');
}

const NEGATION: Readonly<Record<string, RegExp>> = {
  en: /\b(?:not|no|never|cannot|without|none)\b|n['’]t\b/i,
  id: /\b(?:tidak|tak|belum|bukan|jangan|tanpa|gak|ga|nggak|ngga|enggak)\b/i,
  ms: /\b(?:tidak|tak|belum|bukan|jangan|tanpa|tiada|takde)\b/i,
  es: /\b(?:no|nunca|sin|ningun\w*|nada|jamás|tampoco)\b/i,
  pt: /(?:^|[^\p{L}])(?:não|nao|nunca|sem|nenhum\w*|nada)(?![\p{L}])/iu,
  fr: /\b(?:ne|pas|jamais|sans|aucun\w*)\b|\bn['’]/i,
  de: /\b(?:nicht|kein\w*|nie|ohne|nichts)\b/i,
  zh: /[不没沒未无無非别別勿]/,
  ar: /(?:^|[^\p{L}])(?:لا|لم|لن|ليس\p{L}*|غير|بدون|ما|دون|عدم|مو|مش|لسه)(?![\p{L}])/u,
  vi: /(?:^|[^\p{L}])(?:không|chưa|chẳng|đừng|ko)(?![\p{L}])/iu,
  ru: /(?:^|[^\p{L}])(?:не|нет|без|никогда)(?![\p{L}])/iu,
  th: /ไม่|มิ/,
  ja: /ない|ません|ず|未/,
  tr: /\b(?:değil|yok|hiç)\b|m[aeıi](?:d|y|m|z)/i,
};

/** Undefined where the language's words for "not" are unknown to us. */
function negates(text: string, lang: string): boolean | undefined {
  return NEGATION[(languageOfTag(lang) ?? lang).split('-')[0]!]?.test(text);
}

function wrongLanguage({ target, tgt, detect }: CheckInput): boolean {
  if (!detect || words(target) < 4) return false;
  const guess = detect(target);
  const [found, wanted] = [languageOfTag(guess.lang), languageOfTag(tgt)];
  if (!found || !wanted || guess.confidence < 0.7) return false;
  const [primary, target_] = [found.split('-')[0], wanted.split('-')[0]];
  return primary !== target_ && !(['id', 'ms'].includes(primary!) && ['id', 'ms'].includes(target_!));
}

const words = (text: string): number =>
  text
    .match(/\p{L}[\p{L}\p{M}]*/gu)
    ?.reduce((n, w) => n + (/[\u3040-\u9fff]/.test(w) ? Math.ceil(w.length / 2) : 1), 0) ?? 0;

/** Length in Latin letters: one Han or Kana character says about as much as three. */
const weight = (text: string): number => text.length + 2 * (text.match(/[\u3040-\u9fff\uac00-\ud7a3]/g)?.length ?? 0);

/** An engine that lost its way says the same four words over and over. */
function repeats(text: string): boolean {
  const list = text.toLowerCase().split(/\s+/);
  const seen = new Map<string, number>();
  for (let i = 0; i + 4 <= list.length; i++) {
    const gram = list.slice(i, i + 4).join(' ');
    const count = (seen.get(gram) ?? 0) + 1;
    if (count >= 3) return true;
    seen.set(gram, count);
  }
  return false;
}
