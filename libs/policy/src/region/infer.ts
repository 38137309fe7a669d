import { groupsOf } from './groups.ts';
import { countryOfPhone } from './phone-country.ts';

export interface RegionEvidence {
  /** ISO country the customer gave or that was verified. */
  profileCountry?: string | undefined;
  /** E.164. */
  phone?: string | undefined;
  storefrontCountry?: string | undefined;
  /** Country of the channel account the customer wrote to. */
  accountCountry?: string | undefined;
  /** BCP 47, from the customer's device or provider profile. */
  locale?: string | undefined;
  /** BCP 47, as detected. */
  lang?: string | undefined;
}

export interface Region {
  country?: string;
  /** EU, EEA, SEA, GCC, MENA, LATAM. Without a country: the groupings it must be in. */
  groups: string[];
  /** A sentence for the context panel. */
  evidence: string;
  certain: boolean;
}

/** Languages that point to one country or grouping. English, Spanish, French, Portuguese and Chinese are spoken in too many. */
const BY_LANGUAGE: Readonly<Record<string, { country?: string; groups?: string[] }>> = {
  id: { country: 'ID' },
  ms: { country: 'MY' },
  vi: { country: 'VN' },
  th: { country: 'TH' },
  tl: { country: 'PH' },
  fil: { country: 'PH' },
  ja: { country: 'JP' },
  ko: { country: 'KR' },
  tr: { country: 'TR' },
  pl: { country: 'PL' },
  it: { country: 'IT' },
  el: { country: 'GR' },
  cs: { country: 'CZ' },
  hu: { country: 'HU' },
  fi: { country: 'FI' },
  da: { country: 'DK' },
  sv: { groups: ['EU', 'EEA'] },
  nl: { groups: ['EU', 'EEA'] },
  de: { groups: ['EU', 'EEA'] },
  ar: { groups: ['MENA', 'GCC'] },
};

/**
 * Where a customer is, from the best evidence there is: profile, phone prefix, storefront, channel account, locale, language.
 * Nothing to go by gives no country and no groups, on which policy applies the rules of every region.
 */
export function inferRegion(e: RegionEvidence): Region {
  const phoneCountry = e.phone === undefined ? undefined : countryOfPhone(e.phone);
  return (
    fromCountry(e.profileCountry, (c) => `Profile says ${c}.`, true) ??
    fromCountry(phoneCountry, (c) => `Phone number has the prefix of ${c}.`, true) ??
    fromCountry(e.storefrontCountry, (c) => `Bought in the storefront of ${c}.`, true) ??
    fromCountry(e.accountCountry, (c) => `Wrote to the channel account of ${c}.`, false) ??
    fromCountry(countryOfLocale(e.locale), (c) => `Locale ${e.locale} names ${c}.`, false) ??
    fromLanguage(e.locale, 'Locale') ??
    fromLanguage(e.lang, 'Language') ?? {
      groups: [],
      evidence: 'Nothing says where the customer is, so the rules of every region apply.',
      certain: false,
    }
  );
}

function fromCountry(raw: string | undefined, evidence: (c: string) => string, certain: boolean): Region | undefined {
  const country = raw?.trim().toUpperCase();
  if (country === undefined || !/^[A-Z]{2}$/.test(country)) return undefined;
  const iso = country === 'UK' ? 'GB' : country;
  return { country: iso, groups: groupsOf(iso), evidence: evidence(iso), certain };
}

function countryOfLocale(locale: string | undefined): string | undefined {
  return locale
    ?.split(/[-_]/)
    .slice(1)
    .find((subtag) => /^[A-Za-z]{2}$/.test(subtag));
}

function fromLanguage(tag: string | undefined, what: string): Region | undefined {
  const known = BY_LANGUAGE[tag?.toLowerCase().split(/[-_]/)[0] ?? ''];
  if (known === undefined) return undefined;
  const groups = known.groups ?? groupsOf(known.country ?? '');
  const place = known.country ?? groups[0];
  return {
    ...(known.country === undefined ? {} : { country: known.country }),
    groups: [...groups],
    evidence: `${what} ${tag} points to ${place}; not certain.`,
    certain: false,
  };
}
