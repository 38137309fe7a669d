import type { SeawayConfig } from '#libs/platform';
import { onShift } from '#libs/routing';

/** When the first person comes on shift, if nobody is on shift now; epoch milliseconds. */
export function nextOpening(config: SeawayConfig, now: number): number | undefined {
  const states = config.agents.map((agent) => onShift(agent.shifts, now));
  if (states.some((s) => s.on)) return undefined;
  const next = states.flatMap((s) => (s.next === undefined ? [] : [s.next]));
  return next.length === 0 ? undefined : Math.min(...next);
}

/** The customer's wall clock where their country has one zone; else UTC, said so. */
export function wallClock(at: number, country: string | undefined): string {
  const zones = country === undefined ? [] : zonesOf(country);
  const zone = zones.length === 1 ? zones[0]! : (MAIN_ZONE[country ?? ''] ?? 'UTC');
  const time = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  }).format(at);
  return zone === 'UTC' ? `${time} UTC` : time;
}

/** Where most customers of a country with several zones live. */
const MAIN_ZONE: Readonly<Record<string, string>> = {
  ID: 'Asia/Jakarta',
  MX: 'America/Mexico_City',
  ES: 'Europe/Madrid',
  PT: 'Europe/Lisbon',
  MY: 'Asia/Kuala_Lumpur',
  BR: 'America/Sao_Paulo',
  CN: 'Asia/Shanghai',
};

function zonesOf(country: string): string[] {
  const locale = new Intl.Locale(`und-${country}`) as Intl.Locale & { getTimeZones?: () => string[] | undefined };
  return locale.getTimeZones?.() ?? [];
}
