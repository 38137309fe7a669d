import type { ShiftConfig } from '#libs/platform';
import type { Interval } from './types.ts';
import { addDays, instantOf, isoWeekday, localDate } from './zone.ts';

const DAY = 86_400_000;

/**
 * The stretches of a shift that touch [fromMs, toMs), as instants, in order and unclipped. Ends before it begins by the clock =
 * ends on the next day; begins and ends at the same time = 24 hours by the clock. Lengths are real ones: Berlin 22:00–06:00 over
 * the spring change is seven hours. A stretch that falls into the gap altogether is left out.
 */
export function materialise(shift: ShiftConfig, fromMs: number, toMs: number): Interval[] {
  const from = minutesOf(shift.from);
  const to = minutesOf(shift.to);
  const out: Interval[] = [];
  // Two days back: an overnight shift of the day before, in a zone whose date runs ahead.
  let date = addDays(localDate(shift.zone, fromMs), -2);
  for (let roughly = fromMs - 2 * DAY; roughly < toMs + 2 * DAY; roughly += DAY, date = addDays(date, 1)) {
    if (!shift.days.includes(isoWeekday(date))) continue;
    const start = instantOf(shift.zone, date, from);
    const end = instantOf(shift.zone, to > from ? date : addDays(date, 1), to);
    if (end > start && start < toMs && end > fromMs) out.push({ start, end });
  }
  return out;
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}
