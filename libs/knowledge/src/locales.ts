/** How a language tag finds a locale of the pack: exact, then script and primary language; `zh-Hant` is never served `zh-CN`. */
export function localeResolver(locales: readonly string[]): (lang: string) => string | undefined {
  const known = new Map<string, string | undefined>();
  return (lang) => {
    if (!known.has(lang)) known.set(lang, resolve(locales, lang));
    return known.get(lang);
  };
}

function resolve(locales: readonly string[], lang: string): string | undefined {
  const wanted = lang.replaceAll('_', '-').toLowerCase();
  const exact = locales.find((locale) => locale.toLowerCase() === wanted);
  if (exact) return exact;
  if (wanted.startsWith('zh'))
    return locales.find((locale) => locale.startsWith('zh') && isHant(locale) === isHant(wanted));
  const primary = wanted.split('-')[0]!;
  const alias = primary === 'in' ? 'id' : primary === 'fil' ? 'tl' : primary;
  return locales.find((locale) => locale.toLowerCase().split('-')[0] === alias);
}

const isHant = (tag: string): boolean => /-(hant|tw|hk|mo)\b/i.test(tag);
