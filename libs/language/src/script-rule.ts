import type { LanguageGuess } from '#libs/contracts';
import { languageOfCountry, languageOfTag, type LanguagePrior } from './expected-languages.ts';
import { hanLeaning } from './han.ts';
import type { Models } from './models/models.ts';
import type { Script, ScriptCount } from './script-scan.ts';

/** Scripts of one language; the first one present decides. */
const ONE_LANGUAGE: readonly (readonly [Script, string, string])[] = [
  ['Kana', 'ja', 'Jpan'],
  ['Hang', 'ko', 'Kore'],
  ['Thai', 'th', 'Thai'],
  ['Mymr', 'my', 'Mymr'],
  ['Khmr', 'km', 'Khmr'],
  ['Laoo', 'lo', 'Laoo'],
  ['Taml', 'ta', 'Taml'],
  ['Telu', 'te', 'Telu'],
  ['Beng', 'bn', 'Beng'],
  ['Gujr', 'gu', 'Gujr'],
  ['Guru', 'pa', 'Guru'],
  ['Mlym', 'ml', 'Mlym'],
  ['Knda', 'kn', 'Knda'],
  ['Sinh', 'si', 'Sinh'],
  ['Ethi', 'am', 'Ethi'],
  ['Hebr', 'he', 'Hebr'],
  ['Grek', 'el', 'Grek'],
  ['Geor', 'ka', 'Geor'],
  ['Armn', 'hy', 'Armn'],
];

/** Language of a text with letters beyond Latin. Latin words within it are taken for English. */
export function languageOfScript(text: string, scan: ScriptCount, prior: LanguagePrior, models: Models): LanguageGuess {
  const mixedWith = /[A-Za-z]{2,}/.test(text) ? ['en'] : [];
  const decided = (
    lang: string,
    script: string,
    confidence: number,
    source: LanguageGuess['source'] = 'script',
  ): LanguageGuess => ({
    lang,
    script,
    confidence,
    mixedWith,
    source,
  });
  for (const [script, lang, code] of ONE_LANGUAGE) if (scan.counts.has(script)) return decided(lang, code, 0.99);
  if (scan.counts.has('Hani')) return han(text, prior, decided);
  if (scan.counts.has('Arab')) return decided(...arabic(text, prior, models));
  if (scan.counts.has('Deva')) return decided(devanagari(text, models), 'Deva', 0.95);
  return decided(cyrillic(text, models), 'Cyrl', 0.9);
}

type Decided = (lang: string, script: string, confidence: number, source?: LanguageGuess['source']) => LanguageGuess;

/** Japanese without kana ("返金希望") looks Chinese; only the contact's history can tell. */
function han(text: string, prior: LanguagePrior, decided: Decided): LanguageGuess {
  const leaning = hanLeaning(text);
  const expected = languageOfTag(prior.lang) ?? languageOfTag(prior.locale) ?? languageOfCountry(prior.country);
  if (expected === 'ja' && leaning <= 0) return decided('ja', 'Jpan', 0.6, 'prior');
  if (leaning > 0) return decided('zh-Hans', 'Hans', 0.97);
  if (leaning < 0) return decided('zh-Hant', 'Hant', 0.97);
  return expected === 'zh-Hant' ? decided('zh-Hant', 'Hant', 0.8) : decided('zh-Hans', 'Hans', 0.85);
}

function arabic(text: string, prior: LanguagePrior, models: Models): [string, string, number] {
  if (/[ٹڈڑںےھ]/.test(text)) return ['ur', 'Arab', 0.95];
  if (/[پچژ]|[یک]/.test(text)) return [prior.lang === 'ur' ? 'ur' : 'fa', 'Arab', 0.9];
  if (prior.lang === 'fa' || prior.lang === 'ur') {
    const guess = models.fasttext(text.slice(0, 100).replaceAll('\n', ' '));
    if (guess.lang === prior.lang) return [guess.lang, 'Arab', 0.7];
  }
  return ['ar', 'Arab', 0.95];
}

function devanagari(text: string, models: Models): string {
  const guess = models.fasttext(text.slice(0, 100).replaceAll('\n', ' '));
  return (guess.lang === 'mr' || guess.lang === 'ne') && guess.sure > 0.7 ? guess.lang : 'hi';
}

const CYRILLIC = new Set(['ru', 'uk', 'be', 'bg', 'sr', 'mk', 'kk', 'ky', 'mn']);

function cyrillic(text: string, models: Models): string {
  if (/[ґїє]/i.test(text)) return 'uk';
  if (/ў/i.test(text)) return 'be';
  if (/[қғұһә]/i.test(text)) return 'kk';
  if (/[ћђџљњ]/i.test(text)) return 'sr';
  if (/[ыэё]/i.test(text) && !/[өү]/i.test(text)) return 'ru';
  const guess = models.fasttext(text.slice(0, 100).toLowerCase().replaceAll('\n', ' '));
  return CYRILLIC.has(guess.lang) && guess.sure > 0.5 ? guess.lang : /і/i.test(text) ? 'uk' : 'ru';
}
