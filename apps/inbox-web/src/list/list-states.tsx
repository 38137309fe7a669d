import { Inbox, RotateCw } from 'lucide-react';

import type { View } from '../api/types.ts';
import { go } from '../app/place.ts';
import { ROW_HEIGHT } from './conversation-row.tsx';
import { useTranslation } from '../i18n/use-translation.ts';

export function ListSkeleton() {
  return (
    <div aria-hidden className="late">
      {Array.from({ length: 9 }, (_, n) => (
        <div
          key={n}
          style={{ height: ROW_HEIGHT }}
          className="flex flex-col justify-center gap-2 border-b border-line px-4"
        >
          <div className="h-3 w-2/5 rounded bg-s3" />
          <div className="h-3 w-4/5 rounded bg-s2" />
        </div>
      ))}
    </div>
  );
}

export function ListError({ message, retry }: { message: string; retry: () => void }) {
  const { t } = useTranslation();
  return (
    <div role="alert" className="flex flex-col items-start gap-3 p-6 text-list">
      <p className="font-semibold text-strong">{t('app.failed')}</p>
      <p className="text-weak">{message}</p>
      <button
        type="button"
        onClick={retry}
        className="inline-flex h-8 items-center gap-2 rounded-md border border-line-strong px-3 text-strong hover:bg-s2"
      >
        <RotateCw size={14} aria-hidden />
        {t('app.retry')}
      </button>
    </div>
  );
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

export function ListEmpty({ view, q, clear }: { view: View; q: string; clear: () => void }) {
  const { t } = useTranslation();
  const key = q === '' ? `list.empty${capital(view)}` : 'list.emptySearch';
  const button = 'mt-2 h-8 rounded-md border border-line-strong px-3 text-strong hover:bg-s2';
  return (
    <div className="flex flex-col items-center gap-1 px-8 py-16 text-center text-list">
      <Inbox size={28} aria-hidden className="mb-2 text-line-strong" />
      <p className="font-semibold text-strong">{t(key as 'list.emptyMine', { q })}</p>
      <p className="text-weak">{t(`${key}Hint` as 'list.emptyMineHint')}</p>
      {q !== '' && (
        <button type="button" className={button} onClick={clear}>
          {t('list.clearSearch')}
        </button>
      )}
      {q === '' && view === 'mine' && (
        <button type="button" className={button} onClick={() => go({ view: 'waiting' })}>
          {t('list.showWaiting')}
        </button>
      )}
    </div>
  );
}
