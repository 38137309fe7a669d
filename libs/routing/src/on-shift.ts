import type { ShiftConfig } from '#libs/platform';
import { materialise } from './materialise.ts';
import type { ShiftState } from './types.ts';

const DAY = 86_400_000;

/** Whether somebody with these shifts is on duty at `now`, until when, and if not, from when. No shifts = never. */
export function onShift(shifts: readonly ShiftConfig[], now: number): ShiftState {
  const stretches = shifts.flatMap((shift) => materialise(shift, now, now + 8 * DAY)).sort((a, b) => a.start - b.start);
  let until: number | undefined;
  for (const { start, end } of stretches) {
    if (start <= (until ?? now) && end > (until ?? now)) until = end;
  }
  if (until !== undefined) return { on: true, until };
  const next = stretches.find(({ start }) => start > now)?.start;
  return next === undefined ? { on: false } : { on: false, next };
}
