import { AlarmClock, Hourglass, MoonStar } from 'lucide-react';

import type { ClockView } from '../api/types.ts';
import { dayAndTime, duration } from '../i18n/format.ts';
import { useNow } from '../i18n/use-now.ts';
import { useTranslation } from '../i18n/use-translation.ts';

const SOON = 60 * 60_000;

/** One clock: what the law sets is drawn with an alarm, a service target with an hourglass; words say how long. */
export function ClockChip({ clock }: { clock: ClockView }) {
  const { t } = useTranslation();
  const now = useNow();
  const left = clock.dueAt - now;
  const over = clock.state === 'breached' || (clock.state === 'running' && left < 0);
  const Icon = clock.kind === 'statutory' ? AlarmClock : clock.kind === 'snooze' ? MoonStar : Hourglass;
  const tone = over ? 'text-blocked' : clock.kind !== 'snooze' && left < SOON ? 'text-due' : 'text-weak';
  const words = over ? t('context.overdue', { time: duration(left) }) : duration(left);
  return (
    <span
      className={`inline-flex shrink-0 items-center gap-1 ${tone} ${over || left < SOON ? 'font-semibold' : ''}`}
      data-hint={`${t(`context.clockKind.${clock.kind}`)}: ${clock.name}\n${t('context.dueAt', { time: dayAndTime(clock.dueAt) })}`}
    >
      <Icon size={13} aria-hidden />
      <span className="sr-only">{`${clock.name}: `}</span>
      {words}
    </span>
  );
}
