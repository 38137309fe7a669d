import { i18n } from './instance.ts';

/** Latin digits everywhere, so that amounts and times of the page and of the customer read alike. */
const locale = (): string => (i18n.language === 'ar' ? 'ar-u-nu-latn' : i18n.language);
const cache = new Map<string, Intl.DateTimeFormat>();

function format(name: string, options: Intl.DateTimeFormatOptions, at: number): string {
  const key = `${locale()}|${name}|${options.timeZone ?? ''}`;
  let made = cache.get(key);
  if (made === undefined) cache.set(key, (made = new Intl.DateTimeFormat(locale(), options)));
  return made.format(at);
}

export const clockTime = (at: number, timeZone?: string): string =>
  format('time', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone }, at);
export const dayAndTime = (at: number, timeZone?: string): string =>
  format(
    'daytime',
    {
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZone,
    },
    at,
  );
export const longDay = (at: number): string =>
  format('day', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }, at);
const shortDay = (at: number): string => format('short', { day: 'numeric', month: 'short' }, at);

export const sameDay = (a: number, b: number): boolean => new Date(a).toDateString() === new Date(b).toDateString();

/** In a list: the time today, else the day. */
export const listTime = (at: number, now: number): string => (sameDay(at, now) ? clockTime(at) : shortDay(at));

/** `45 min`, `3 h 20 min`, `4 d 2 h`: at most two units, in the reader's language. */
export function duration(ms: number): string {
  const minutes = Math.max(0, Math.round(Math.abs(ms) / 60_000));
  const [d, h, m] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  const units: [number, string][] =
    d > 0
      ? [
          [d, 'day'],
          [h, 'hour'],
        ]
      : h > 0
        ? [
            [h, 'hour'],
            [m, 'minute'],
          ]
        : [[m, 'minute']];
  return units
    .filter(([n], index) => n > 0 || index === 0)
    .map(([n, unit]) => new Intl.NumberFormat(locale(), { style: 'unit', unit, unitDisplay: 'narrow' }).format(n))
    .join(' ');
}

export const percent = (value: number): string =>
  new Intl.NumberFormat(locale(), { style: 'percent', maximumFractionDigits: 0 }).format(value);

export const fileSize = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;

/** A language's name in the interface's own language; the tag itself when it has none. */
export function languageName(tag: string): string {
  if (tag === 'und' || tag === '') return '—';
  try {
    return new Intl.DisplayNames([locale()], { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

export function regionName(code: string): string {
  try {
    return new Intl.DisplayNames([locale()], { type: 'region' }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** `zh-Hans` → `zh`: what fits in a chip. */
export const shortTag = (tag: string): string => (tag === 'und' ? '—' : (tag.split('-')[0] ?? tag));
