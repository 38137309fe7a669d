/** A date of the wall calendar. */
export interface LocalDate {
  year: number;
  /** 1 = January. */
  month: number;
  day: number;
}

const MINUTE = 60_000;
/** Offsets change only on quarter hours, so one answer serves fifteen minutes. */
const STEP = 15 * MINUTE;
const CACHE_LIMIT = 50_000;
const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, number>();

/** Wall time minus UTC at an instant, in milliseconds. Throws RangeError on an unknown zone. */
export function zoneOffset(zone: string, instant: number): number {
  const slot = Math.floor(instant / STEP);
  const key = `${zone}|${slot}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  if (offsets.size >= CACHE_LIMIT) offsets.clear();
  const offset = wallAsUtc(zone, slot * STEP) - slot * STEP;
  offsets.set(key, offset);
  return offset;
}

function wallAsUtc(zone: string, instant: number): number {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US-u-ca-iso8601-nu-latn', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
  }
  const field: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of format.formatToParts(instant)) field[type] = Number(value);
  return Date.UTC(field.year!, field.month! - 1, field.day!, field.hour!, field.minute!, field.second!);
}

export function localDate(zone: string, instant: number): LocalDate {
  const wall = new Date(instant + zoneOffset(zone, instant));
  return { year: wall.getUTCFullYear(), month: wall.getUTCMonth() + 1, day: wall.getUTCDate() };
}

/** The date `days` later (or earlier). */
export function addDays({ year, month, day }: LocalDate, days: number): LocalDate {
  const moved = new Date(Date.UTC(year, month - 1, day + days));
  return { year: moved.getUTCFullYear(), month: moved.getUTCMonth() + 1, day: moved.getUTCDate() };
}

/** 1 = Monday … 7 = Sunday. */
export function isoWeekday({ year, month, day }: LocalDate): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() || 7;
}

/**
 * The instant of a wall time. One that occurs twice (clocks go back) is the first of the two; one that does not occur (clocks go
 * forward) is moved on by the length of the gap. Any fixed choice keeps back-to-back shifts back to back.
 */
export function instantOf(zone: string, { year, month, day }: LocalDate, minutes: number): number {
  const wall = Date.UTC(year, month - 1, day) + minutes * MINUTE;
  const before = zoneOffset(zone, wall - 24 * 60 * MINUTE);
  const after = zoneOffset(zone, wall + 24 * 60 * MINUTE);
  // In an overlap both offsets fit and the earlier instant has the older offset; in a gap none does and the older one moves it on.
  const first = wall - before;
  if (zoneOffset(zone, first) === before) return first;
  const second = wall - after;
  return zoneOffset(zone, second) === after ? second : first;
}
