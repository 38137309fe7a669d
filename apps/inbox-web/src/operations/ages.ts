import { duration } from '../i18n/format.ts';
import { i18n } from '../i18n/instance.ts';

const MINUTE = 60_000;

/** How long ago, for a table: nothing finer than a minute moves in it. */
export const ageOf = (at: number, now: number): string =>
  now - at < MINUTE ? i18n.t('operations.justNow') : duration(now - at);

/** Seconds of lag, exact while they are few. */
export function secondsOf(seconds: number): string {
  if (seconds >= 60) return duration(seconds * 1000);
  const locale = i18n.language === 'ar' ? 'ar-u-nu-latn' : i18n.language;
  const options = { style: 'unit', unit: 'second', unitDisplay: 'narrow', maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(locale, options).format(seconds);
}
