import { arabicForms, foldArabic, foldLatin, foldText, withoutArticle } from './fold.ts';

const MOST_TOKENS = 256;
const MOST_QUERY_TOKENS = 32;
const LONGEST = 64;

/** Scripts written without spaces, and Korean, whose endings stick to the word: found by pairs of neighbouring characters. */
const UNSPACED = String.raw`[[\p{L}\p{M}]&&[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]]`;
const LETTER = String.raw`[[\p{L}\p{M}\p{N}]--${UNSPACED}]`;
const SEGMENT = new RegExp(String.raw`(${UNSPACED}+)|${LETTER}+(?:[\-\u2010\u2011'’]${LETTER}+)*`, 'gv');
const CLUSTER = /\P{M}\p{M}*|\p{M}+/gu;
const JOINER = /[-\u2010\u2011'’]/;
const LATIN = /\p{Script=Latin}/u;
const ARABIC = /\p{Script=Arabic}/u;
const ASCII = /^[a-z0-9]*$/;

/** "top up" is also written "topup": the verb and one of these make one more word. */
const PARTICLES = new Set(['up', 'in', 'out', 'off', 'on', 'down', 'back', 'over']);
const VERB = /^[a-z]{2,8}$/;

interface Segment {
  text: string;
  unspaced: boolean;
}

/** Under which tokens a text is found: each once, at most 256, the first of the text where there are more. */
export function searchTokens(text: string): string[] {
  const tokens = new Set<string>();
  let previous: string | undefined;
  for (const segment of segments(text)) {
    if (tokens.size >= MOST_TOKENS) break;
    if (segment.unspaced) {
      for (const pair of pairs(segment.text)) tokens.add(pair);
      previous = undefined;
      continue;
    }
    const parts = segment.text.split(JOINER);
    for (const word of parts.length > 1 ? [...parts, parts.join('')] : parts) {
      for (const form of storedForms(word)) tokens.add(form.slice(0, LONGEST));
    }
    if (isPhrase(previous, segment.text)) tokens.add(previous + segment.text);
    previous = segment.text;
  }
  return [...tokens].slice(0, MOST_TOKENS);
}

/**
 * The tokens that a document has to have, all of them, to be found. Marks count when they are typed (giữ finds giữ; giu finds
 * both). Empty when the query has no letters or digits.
 */
export function queryTokens(query: string): string[] {
  const tokens: string[] = [];
  let previous: string | undefined;
  for (const segment of segments(query)) {
    if (segment.unspaced) {
      tokens.push(...pairs(segment.text));
      previous = undefined;
    } else if (isPhrase(previous, segment.text)) {
      tokens.splice(-1, 1, previous + segment.text);
      previous = undefined;
    } else {
      tokens.push(askedForm(segment.text.split(JOINER).join('')).slice(0, LONGEST));
      previous = segment.text;
    }
  }
  return [...new Set(tokens)].slice(0, MOST_QUERY_TOKENS);
}

function* segments(text: string): Generator<Segment> {
  for (const match of foldText(text).matchAll(SEGMENT)) yield { text: match[0], unspaced: match[1] !== undefined };
}

function pairs(run: string): string[] {
  const clusters = run.match(CLUSTER) ?? [];
  if (clusters.length < 2) return [run.slice(0, LONGEST)];
  return clusters.slice(1).map((cluster, i) => (clusters[i]! + cluster).slice(0, LONGEST));
}

const isPhrase = (previous: string | undefined, word: string): previous is string =>
  previous !== undefined && PARTICLES.has(word) && VERB.test(previous);

function storedForms(word: string): string[] {
  if (ASCII.test(word)) return [word];
  if (ARABIC.test(word)) return arabicForms(foldArabic(word));
  if (LATIN.test(word)) return [word, foldLatin(word)];
  return [word.replaceAll('ё', 'е')];
}

function askedForm(word: string): string {
  if (ASCII.test(word)) return word;
  if (ARABIC.test(word)) return withoutArticle(foldArabic(word));
  if (LATIN.test(word)) return word;
  return word.replaceAll('ё', 'е');
}
