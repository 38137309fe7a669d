import { Search } from 'lucide-react';
import { useEffect, useState } from 'react';

import { useTranslation } from '../i18n/use-translation.ts';
import type { LetterFilter } from './calls.ts';

const PAUSE = 300;
const STATES = ['open', 'replayed', 'discarded'] as const;
const field = 'h-8 min-w-0 rounded-md border border-line-strong bg-s1 px-2 text-list text-strong';

/** Which dead letters; what is typed counts after a pause. */
export function LetterFilters({ filter, onChange }: { filter: LetterFilter; onChange(next: LetterFilter): void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState(filter.reason ?? '');
  const [topic, setTopic] = useState(filter.topic ?? '');
  useEffect(() => {
    const next = { ...filter, reason: reason.trim() || undefined, topic: topic.trim() || undefined };
    if (next.reason === filter.reason && next.topic === filter.topic) return undefined;
    const timer = window.setTimeout(() => onChange(next), PAUSE);
    return () => window.clearTimeout(timer);
  }, [reason, topic, filter, onChange]);
  return (
    <form
      role="search"
      className="flex shrink-0 flex-wrap gap-2 bg-s1 px-4 pt-3"
      onSubmit={(event) => event.preventDefault()}
    >
      <select
        aria-label={t('operations.column.state')}
        value={filter.state ?? 'all'}
        onChange={({ target }) => onChange({ ...filter, state: STATES.find((each) => each === target.value) })}
        className={field}
      >
        {STATES.map((state) => (
          <option key={state} value={state}>
            {t(`operations.state.${state}`)}
          </option>
        ))}
        <option value="all">{t('operations.state.all')}</option>
      </select>
      <span className="relative min-w-[160px] flex-1">
        <Search size={14} aria-hidden className="absolute inset-y-0 start-2.5 my-auto text-weak" />
        <input
          maxLength={200}
          aria-label={t('operations.filterReason')}
          placeholder={t('operations.filterReason')}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          className={`${field} w-full ps-8`}
        />
      </span>
      <input
        maxLength={250}
        aria-label={t('operations.filterTopic')}
        placeholder={t('operations.filterTopic')}
        value={topic}
        onChange={(event) => setTopic(event.target.value)}
        className={`${field} w-[200px] max-[720px]:basis-full`}
      />
    </form>
  );
}
