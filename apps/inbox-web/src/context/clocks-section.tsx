import type { ClockView } from '../api/types.ts';
import { ClockChip } from '../list/clock-chip.tsx';
import { dayAndTime } from '../i18n/format.ts';
import { useNow } from '../i18n/use-now.ts';
import { Section } from './fact.tsx';
import { useTranslation } from '../i18n/use-translation.ts';

function Clock({ clock }: { clock: ClockView }) {
  const { t } = useTranslation();
  const now = useNow();
  const share = Math.min(1, Math.max(0, (now - clock.startedAt) / Math.max(1, clock.dueAt - clock.startedAt)));
  const tone = clock.state === 'breached' || share >= 1 ? 'bg-blocked' : share > 0.75 ? 'bg-due' : 'bg-accent';
  return (
    <li className="mb-3 last:mb-0">
      <p className="flex items-center gap-2 text-list text-strong">
        <bdi className="min-w-0 flex-1 font-semibold">{clock.name}</bdi>
        <span className="text-meta">
          {clock.state === 'met' ? (
            <span className="text-weak">{t('context.clockState.met')}</span>
          ) : (
            <ClockChip clock={clock} />
          )}
        </span>
      </p>
      <p className="text-meta text-weak">
        {t(`context.clockKind.${clock.kind}`)} · {t('context.dueAt', { time: dayAndTime(clock.dueAt) })}
      </p>
      {clock.state !== 'met' && (
        <div aria-hidden className="mt-1.5 h-1 rounded-full bg-s3">
          <div className={`h-1 rounded-full ${tone}`} style={{ width: `${share * 100}%` }} />
        </div>
      )}
      {clock.steps.length > 0 && (
        <ol aria-label={t('context.steps')} className="mt-2 list-decimal ps-5 text-meta text-normal">
          {clock.steps.map((step) => (
            <li key={step} className="py-px">
              <bdi>{step}</bdi>
            </li>
          ))}
        </ol>
      )}
    </li>
  );
}

export function ClocksSection({ clocks }: { clocks: readonly ClockView[] }) {
  const { t } = useTranslation();
  return (
    <Section title={t('context.clocks')}>
      {clocks.length === 0 ? (
        <p className="text-list text-weak">{t('context.noClocks')}</p>
      ) : (
        <ul>
          {clocks.map((clock) => (
            <Clock key={clock.id} clock={clock} />
          ))}
        </ul>
      )}
    </Section>
  );
}
