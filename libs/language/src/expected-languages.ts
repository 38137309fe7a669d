/** What is known of the contact before reading a word. */
export interface LanguagePrior {
  /** Language of the conversation so far. */
  lang?: string;
  /** ISO 3166-1 alpha-2. */
  country?: string;
  /** BCP 47 of the phone or the app: a hint, often wrong. */
  locale?: string;
  /** An agent said so: nothing is detected. */
  pinned?: string;
}

const BY_COUNTRY: Readonly<Record<string, string>> = {
  ID: 'id',
  MY: 'ms',
  BN: 'ms',
  SG: 'en',
  VN: 'vi',
  TH: 'th',
  PH: 'tl',
  MM: 'my',
  KH: 'km',
  LA: 'lo',
  JP: 'ja',
  KR: 'ko',
  CN: 'zh-Hans',
  TW: 'zh-Hant',
  HK: 'zh-Hant',
  MO: 'zh-Hant',
  IN: 'hi',
  PK: 'ur',
  BD: 'bn',
  NP: 'ne',
  IR: 'fa',
  SA: 'ar',
  AE: 'ar',
  EG: 'ar',
  QA: 'ar',
  KW: 'ar',
  BH: 'ar',
  OM: 'ar',
  JO: 'ar',
  LB: 'ar',
  IQ: 'ar',
  MA: 'ar',
  DZ: 'ar',
  TN: 'ar',
  TR: 'tr',
  IL: 'he',
  RU: 'ru',
  BY: 'ru',
  KZ: 'ru',
  UA: 'uk',
  GR: 'el',
  DE: 'de',
  AT: 'de',
  CH: 'de',
  FR: 'fr',
  BE: 'fr',
  IT: 'it',
  ES: 'es',
  PT: 'pt',
  BR: 'pt',
  NL: 'nl',
  PL: 'pl',
  RO: 'ro',
  SE: 'sv',
  DK: 'da',
  NO: 'no',
  FI: 'fi',
  CZ: 'cs',
  HU: 'hu',
  MX: 'es',
  AR: 'es',
  CO: 'es',
  CL: 'es',
  PE: 'es',
  EC: 'es',
  VE: 'es',
  UY: 'es',
  BO: 'es',
  PY: 'es',
  CR: 'es',
  GT: 'es',
  DO: 'es',
  HN: 'es',
  NI: 'es',
  SV: 'es',
  PA: 'es',
  US: 'en',
  GB: 'en',
  AU: 'en',
  NZ: 'en',
  IE: 'en',
  CA: 'en',
  ZA: 'en',
  NG: 'en',
  KE: 'sw',
  TZ: 'sw',
};

/** `zh-TW` → `zh-Hant`, `in` → `id`, `pt-BR` → `pt`; undefined for nothing or `und`. */
export function languageOfTag(tag: string | undefined): string | undefined {
  if (!tag) return undefined;
  const [primary = '', ...rest] = tag.replaceAll('_', '-').split('-');
  const language = primary.toLowerCase();
  if (language === 'zh') return rest.some((part) => /^(hant|tw|hk|mo)$/i.test(part)) ? 'zh-Hant' : 'zh-Hans';
  if (language === 'in') return 'id';
  if (language === 'fil') return 'tl';
  return language === 'und' || language === '' ? undefined : language;
}

export const languageOfCountry = (country: string | undefined): string | undefined =>
  country ? BY_COUNTRY[country.toUpperCase()] : undefined;

/** Votes that the contact's history casts; a short message is held to it more firmly than a long one. */
export function expectedLanguages(prior: LanguagePrior, wordCount: number): Map<string, number> {
  const expected = new Map<string, number>();
  const add = (lang: string | undefined, weight: number): void => {
    if (lang) expected.set(lang, (expected.get(lang) ?? 0) + weight);
  };
  add(languageOfTag(prior.lang), wordCount <= 4 ? 0.6 : 0.25);
  add(languageOfCountry(prior.country), 0.25);
  add(languageOfTag(prior.locale), 0.15);
  return expected;
}
