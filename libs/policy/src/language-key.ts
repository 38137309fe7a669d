const HANS = ['zh-hans', 'zh-cn', 'zh-sg', 'zh'];
const HANT = ['zh-hant', 'zh-tw', 'zh-hk', 'zh-mo'];
const ALIAS: Readonly<Record<string, string[]>> = { fil: ['tl'], tl: ['fil'], in: ['id'], iw: ['he'] };

/** False for an absent tag and for `und`. */
export const isKnownLanguage = (lang: string | undefined): lang is string =>
  lang !== undefined && lang !== '' && lang !== 'und';

/**
 * Which of `keys` serves a text in `lang`: the tag itself, the same Chinese script under another name, the bare language, then any
 * other variety of the language. Undefined when the language is not among them.
 */
export function languageKey(keys: readonly string[], lang: string | undefined): string | undefined {
  if (!isKnownLanguage(lang)) return undefined;
  const wanted = lang.toLowerCase().replaceAll('_', '-');
  const primary = wanted.split('-')[0]!;
  const script = [HANS, HANT].find((family) => family.includes(wanted)) ?? [];
  const order = [wanted, ...script, primary, ...(ALIAS[primary] ?? [])];
  for (const tag of order) {
    const found = keys.find((key) => key.toLowerCase() === tag);
    if (found !== undefined) return found;
  }
  return keys.find((key) => key.toLowerCase().split('-')[0] === primary);
}

/** As many tags as are remembered: the languages that exist fit, what a hostile client invents does not grow it. */
const REMEMBERED = 500;

/** `languageKey` for one list of keys, which remembers its answers: it is asked for each rule and message. */
export function languageChooser(keys: readonly string[]): (lang: string | undefined) => string | undefined {
  const known = new Map<string, string | undefined>();
  return (lang) => {
    if (lang === undefined) return undefined;
    if (known.has(lang)) return known.get(lang);
    const key = languageKey(keys, lang);
    if (known.size < REMEMBERED) known.set(lang, key);
    return key;
  };
}
