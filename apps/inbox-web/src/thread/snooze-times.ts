const HOUR = 3_600_000;

export type SnoozeKey = 'snooze1h' | 'snooze3h' | 'snoozeTomorrow' | 'snoozeMonday';

function morning(now: number, daysAhead: number): number {
  const day = new Date(now);
  day.setDate(day.getDate() + daysAhead);
  return day.setHours(9, 0, 0, 0);
}

/** The choices offered, in the agent's own time zone. */
export function snoozeTimes(now: number): [SnoozeKey, number][] {
  const toMonday = (8 - new Date(now).getDay()) % 7 || 7;
  return [
    ['snooze1h', now + HOUR],
    ['snooze3h', now + 3 * HOUR],
    ['snoozeTomorrow', morning(now, 1)],
    ['snoozeMonday', morning(now, toMonday)],
  ];
}
