import type { LanguageGuess } from '#libs/contracts';
import { expectedLanguages, languageOfCountry, languageOfTag, type LanguagePrior } from './expected-languages.ts';
import { CHAT_LEXICON, compileLexicon, type Lexicon, type LexiconEntry } from './lexicon.ts';
import { voteLatin } from './latin-vote.ts';
import { loadModels } from './models/models.ts';
import { languageOfScript } from './script-rule.ts';
import { scanScripts } from './script-scan.ts';

export type { LanguagePrior } from './expected-languages.ts';

export interface DetectorOptions {
  /** Words used unchanged in many languages (`top up`, `refund`); they do not count as English. */
  loanwords: readonly string[];
  /** Added to the built-in chat words. */
  lexicon?: Lexicon;
}

export interface Detector {
  /** Synchronous, 1 to 40 µs. Looks at the first 240 units. */
  detect(text: string, prior?: LanguagePrior): LanguageGuess;
}

/** Links, addresses, names, numbers and placeholders say nothing about the language. */
const NOISE = /https?:\/\/\S+|www\.\S+|\S+@\S+|[@#][\p{L}\p{N}_.]+|⟦\d+⟧|\{\{[^}]*\}\}/gu;
const WORD = /[\p{L}\p{M}][\p{L}\p{M}\p{N}'’]*|\d+(?=\p{L})[\p{L}\p{N}]*/gu;
/** The same where there are no letters beyond ASCII, in half the time. */
const ASCII_WORD = /[a-z][a-z0-9']*|\d+[a-z][a-z0-9]*/g;
/** What is looked at, and what of it the models see, in UTF-16 units. */
const HEAD = 240;
const SAMPLE = 64;

/** Loads the models (about 0.3 s, 25 MB resident, once per detector: make one per process). */
export async function createDetector(options: DetectorOptions): Promise<Detector> {
  const models = await loadModels();
  const lexicon = compileLexicon({ ...CHAT_LEXICON, ...options.lexicon }, options.loanwords);

  function detectLatin(text: string, prior: LanguagePrior): LanguageGuess {
    const words = wordsOf(text.toLowerCase().replaceAll('’', "'"));
    const rest: string[] = [];
    let borrowed = 0;
    const counts = new Map<string, number>();
    for (const word of words) {
      const known = lexicon.get(word);
      if (known?.borrowed) borrowed++;
      else rest.push(word);
      const { langs } = known ?? (ASCII.test(word) ? undefined : lexicon.get(bare(word))) ?? UNKNOWN;
      for (const [lang, weight] of langs) counts.set(lang, (counts.get(lang) ?? 0) + weight);
    }
    if (words.length <= 2) return tooShort(words.length, counts, prior);
    const own = rest.length || 1;
    const shares = new Map([...counts].map(([lang, count]) => [lang, Math.min(1, count / own)]));
    if (counts.has('ar-Latn')) {
      // Arabizi writes letters that Latin lacks as digits: sha7n, 3ayez.
      const digits = rest.filter((word) => /[a-z][23579]|[23579][a-z]/.test(word)).length;
      shares.set('ar-Latn', Math.min(1, (shares.get('ar-Latn') ?? 0) + digits / own));
    }
    const best = voteLatin(
      {
        rest: rest.join(' ').slice(0, SAMPLE),
        words,
        lexicon: shares,
        expected: expectedLanguages(prior, rest.length),
      },
      models,
    );
    if (rest.length === 0) {
      const lang = best.lang === 'und' ? 'en' : best.lang;
      return {
        lang,
        script: 'Latn',
        confidence: 0.4,
        mixedWith: lang === 'en' ? [] : ['en'],
        source: best.lang === 'und' ? 'vote' : 'prior',
      };
    }
    const lang = best.lang.replace('-Latn', '');
    const mixed = new Set<string>();
    if (borrowed > 0) mixed.add('en');
    for (const [other, count] of counts)
      if (count >= 1 && shares.get(other)! >= 0.2) mixed.add(other.replace('-Latn', ''));
    mixed.delete(lang);
    // Words shared by relatives are no mixture.
    for (const near of RELATED[lang] ?? []) mixed.delete(near);
    return { lang, script: 'Latn', confidence: round(best.sure), mixedWith: [...mixed].slice(0, 2), source: 'vote' };
  }

  return {
    detect(text, prior = {}) {
      if (prior.pinned) return { lang: prior.pinned, script: 'Zyyy', confidence: 1, mixedWith: [], source: 'manual' };
      const head = text.length > HEAD ? text.slice(0, HEAD) : text;
      const clean = /[@#/⟦{]|www/.test(head) ? head.replace(NOISE, ' ') : head;
      const scan = scanScripts(clean);
      if (scan.letters === 0) return fallBack(prior);
      const latin = scan.counts.get('Latn') ?? 0;
      if (latin === scan.letters) return detectLatin(clean, prior);
      // A name or a word in another script within a long Latin text does not make it that language.
      const foreign = scan.letters - latin;
      if (foreign <= 4 && latin >= 40 && foreign * 10 < latin) {
        const guess = detectLatin(clean, prior);
        const other = languageOfScript(clean, scan, prior, models).lang;
        return { ...guess, mixedWith: [...new Set([...guess.mixedWith, other])].slice(0, 2) };
      }
      return languageOfScript(clean, scan, prior, models);
    },
  };
}

const RELATED: Readonly<Record<string, readonly string[]>> = {
  id: ['ms'],
  ms: ['id'],
  es: ['pt', 'it', 'fr'],
  pt: ['es', 'it', 'fr'],
  it: ['es', 'pt', 'fr'],
  fr: ['es', 'it', 'pt'],
};

/** One or two words: the conversation's language stands; without one, only words that the lexicon is sure of. */
function tooShort(words: number, counts: ReadonlyMap<string, number>, prior: LanguagePrior): LanguageGuess {
  const [first] = [...counts].sort((a, b) => b[1] - a[1]);
  if (!languageOfTag(prior.lang) && first && first[1] >= words) {
    return { lang: first[0].replace('-Latn', ''), script: 'Latn', confidence: 0.6, mixedWith: [], source: 'vote' };
  }
  return fallBack(prior);
}

function fallBack(prior: LanguagePrior): LanguageGuess {
  const lang = languageOfTag(prior.lang) ?? languageOfTag(prior.locale) ?? languageOfCountry(prior.country);
  if (!lang) return { lang: 'und', script: 'Zyyy', confidence: 0, mixedWith: [], source: 'none' };
  return { lang, script: 'Zyyy', confidence: prior.lang ? 0.6 : 0.3, mixedWith: [], source: 'prior' };
}

/** Chat drops diacritics; the lexicon has most words without. */
const bare = (word: string): string => word.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('đ', 'd');
const ASCII = /^[ -~]*$/;
const UNKNOWN: LexiconEntry = { borrowed: false, langs: [] };

const wordsOf = (text: string): string[] => text.match(ASCII.test(text) ? ASCII_WORD : WORD) ?? [];

const round = (value: number): number => Math.round(value * 100) / 100;
