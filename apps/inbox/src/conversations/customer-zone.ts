/** Where a country has several clocks, the one that at least four of five people live by. */
const PREVAILING: Readonly<Record<string, string>> = {
  BR: 'America/Sao_Paulo',
  ID: 'Asia/Jakarta',
  MX: 'America/Mexico_City',
  ES: 'Europe/Madrid',
  PT: 'Europe/Lisbon',
};

type WithZones = Intl.Locale & { getTimeZones?(): string[] | undefined };

/** The IANA zone of a country with one clock; undefined when the country alone does not tell. */
export function zoneOfCountry(country: string | undefined, now: number): string | undefined {
  if (country === undefined || !/^[A-Z]{2}$/.test(country)) return undefined;
  const prevailing = PREVAILING[country];
  if (prevailing !== undefined) return prevailing;
  const zones = (new Intl.Locale(`und-${country}`) as WithZones).getTimeZones?.() ?? [];
  const clocks = new Set(zones.map((zone) => wallClock(zone, now)));
  return clocks.size === 1 ? zones[0] : undefined;
}

const wallClock = (timeZone: string, now: number): string =>
  new Intl.DateTimeFormat('en', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(now);
