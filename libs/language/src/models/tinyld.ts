import type { TinyldFile } from './tinyld-file.ts';

export interface Ranked {
  lang: string;
  /** 0 to 1. */
  accuracy: number;
}

const GRAMS = [1, 2, 3, 4, 5];
/** Languages of a word that count. */
const BEST = 8;
const PUNCTUATION = /[,.。，、#%&/\\+*¡!¿?[\]！？;:…„“«»”"_–—~]/g;

/**
 * Ranks languages as the package tinyld does. Takes one sentence (it is not split at punctuation) in letters, blanks and
 * apostrophes; empty where nothing is known of it.
 */
export function tinyldModel({ languages, uniques, shared, pairs }: TinyldFile): (text: string) => Ranked[] {
  const scores = new Float64Array(languages.length);
  const order = languages.map((_, i) => i);

  function uniqueIn(text: string): number | undefined {
    for (const length of GRAMS) {
      for (const gram of gramsOf(text, length)) {
        const language = uniques.get(gram);
        if (language !== undefined) return language;
      }
    }
    return undefined;
  }

  /** Adds how well the best languages of a word fit it, each as a share of the very best. */
  function addWord(word: string, totals: Map<number, number>): void {
    scores.fill(0);
    for (const length of GRAMS) {
      for (const gram of gramsOf(word, length)) {
        const plain = ASCII.test(gram) ? gram : gram.normalize('NFD').replace(/[\u0300-\u036f]/g, '');
        const at = shared.get(plain);
        if (at === undefined) continue;
        for (let i = at + 1, end = i + 2 * pairs[at]!; i < end; i += 2) {
          scores[pairs[i]!]! += (pairs[i + 1]! * plain.length) / 4;
        }
      }
    }
    const best = order.toSorted((a, b) => scores[b]! - scores[a]!).slice(0, BEST);
    const most = scores[best[0]!]! || 1;
    for (const language of best) {
      const share = 1 - Math.round(((most - scores[language]!) / most) * 10_000) / 10_000;
      totals.set(language, (totals.get(language) ?? 0) + share);
    }
  }

  return (text) => {
    const clean = cleaned(text);
    if (clean === '') return [];
    const unique = uniqueIn(clean);
    if (unique !== undefined) return [{ lang: languages[unique]!, accuracy: 1 }];
    const totals = new Map<number, number>();
    const words = clean.split(/ +/);
    for (const word of words) addWord(word, totals);
    const letters = words.reduce((sum, word) => sum + word.length, 0);
    return [...totals]
      .filter(([, total]) => total > 0)
      .sort((a, b) => b[1] - a[1])
      .map(([language, total]) => ({ lang: languages[language]!, accuracy: total / letters }));
  };
}

const ASCII = /^[\0-\x7f]*$/;

const cleaned = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll('’', "'")
    .replace(PUNCTUATION, ' ')
    .replace(/[0-9０-９]/g, '')
    .replace(/\s\s+/g, ' ')
    .trim();

/** The n-grams of a text with blanks around it, none of blanks alone or with two in a row. */
function* gramsOf(text: string, length: number): Generator<string> {
  const edge = ' '.repeat(length - 1);
  const padded = edge + text + edge;
  for (let i = 0; i + length <= padded.length; i++) {
    const gram = padded.slice(i, i + length);
    if (!gram.includes('  ') && gram.trim() !== '') yield gram;
  }
}
