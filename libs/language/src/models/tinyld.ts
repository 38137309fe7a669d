import { gramFilter } from './gram-filter.ts';
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
  const isUnique = gramFilter(uniques.keys());
  const isShared = gramFilter(shared.keys());

  function uniqueIn(text: string): number | undefined {
    for (const length of GRAMS) {
      const padded = withEdges(text, length);
      for (let i = 0; i + length <= padded.length; i++) {
        const language = isUnique(padded, i, i + length) ? uniques.get(padded.slice(i, i + length)) : undefined;
        if (language !== undefined) return language;
      }
    }
    return undefined;
  }

  function addGram(gram: string): void {
    const at = shared.get(gram);
    if (at === undefined) return;
    for (let i = at + 1, end = i + 2 * pairs[at]!; i < end; i += 2) {
      scores[pairs[i]!]! += (pairs[i + 1]! * gram.length) / 4;
    }
  }

  function score(word: string): void {
    scores.fill(0);
    const ascii = ASCII.test(word);
    for (const length of GRAMS) {
      const padded = withEdges(word, length);
      for (let i = 0; i + length <= padded.length; i++) {
        if (!ascii) addGram(withoutMarks(padded.slice(i, i + length)));
        else if (isShared(padded, i, i + length)) addGram(padded.slice(i, i + length));
      }
    }
  }

  /** The languages with the highest scores, best first, and of equals the first. */
  function highest(): number[] {
    const best: number[] = [];
    for (let language = 0; language < scores.length; language++) {
      if (best.length === BEST && scores[language]! <= scores[best[BEST - 1]!]!) continue;
      let at = best.length;
      while (at > 0 && scores[best[at - 1]!]! < scores[language]!) at--;
      best.splice(at, 0, language);
      if (best.length > BEST) best.pop();
    }
    return best;
  }

  /** Adds how well the best languages of a word fit it, each as a share of the very best. */
  function addWord(word: string, totals: Map<number, number>): void {
    score(word);
    const best = highest();
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

/** Blanks around a text, so that each n-gram knows whether a word begins or ends in it. */
function withEdges(text: string, length: number): string {
  const edge = ' '.repeat(length - 1);
  return edge + text + edge;
}

const withoutMarks = (gram: string): string =>
  ASCII.test(gram) ? gram : gram.normalize('NFD').replace(/[\u0300-\u036f]/g, '');
