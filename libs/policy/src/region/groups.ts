const EU = 'AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE'.split(' ');
const GCC = 'SA AE QA KW BH OM'.split(' ');

/** Country groupings that rules and queues name. Countries are ISO 3166-1 alpha-2. */
export const GROUPS: Readonly<Record<string, readonly string[]>> = {
  EU,
  EEA: [...EU, 'IS', 'LI', 'NO'],
  SEA: 'ID MY VN TH PH SG BN KH LA MM TL'.split(' '),
  GCC,
  MENA: [...GCC, ...'EG JO LB IQ YE SY PS MA DZ TN LY SD'.split(' ')],
  LATAM: 'MX GT HN SV NI CR PA CO VE EC PE BO PY CL AR UY BR CU DO PR'.split(' '),
};

const byCountry = new Map<string, string[]>();
for (const [group, countries] of Object.entries(GROUPS)) {
  for (const country of countries) byCountry.set(country, [...(byCountry.get(country) ?? []), group]);
}

/** The groupings a country belongs to; empty for a country in none. */
export function groupsOf(country: string): string[] {
  return [...(byCountry.get(country.toUpperCase()) ?? [])];
}

/** Whether a country belongs to one of these groupings. */
export const isInGroup = (country: string, wanted: ReadonlySet<string>): boolean =>
  byCountry.get(country.toUpperCase())?.some((group) => wanted.has(group)) ?? false;
