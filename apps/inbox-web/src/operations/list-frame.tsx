import { CircleCheck, CloudOff } from 'lucide-react';
import type { ReactNode } from 'react';

import { useTranslation } from '../i18n/use-translation.ts';
import { ListError, ListSkeleton } from '../list/list-states.tsx';

interface Props {
  what: 'deadLetters' | 'parked' | 'unknown' | 'lag' | 'audit';
  rows: readonly unknown[] | undefined;
  error: Error | null;
  refetch(): unknown;
  hasNextPage?: boolean;
  fetchNextPage?(): unknown;
  children: ReactNode;
}

/** A list, or what is to be seen instead of it: not there yet, failed, empty. What was there stays when it cannot be refreshed. */
export function ListFrame({ what, rows, error, refetch, hasNextPage, fetchNextPage, children }: Props) {
  const { t } = useTranslation();
  if (rows === undefined) {
    return error ? <ListError message={error.message} retry={() => void refetch()} /> : <ListSkeleton />;
  }
  return (
    <>
      {error && (
        <p role="status" className="flex items-center gap-2 bg-waiting-soft px-4 py-1.5 text-meta text-waiting">
          <CloudOff size={14} aria-hidden className="shrink-0" />
          {t('operations.stale', { reason: error.message })}
        </p>
      )}
      {rows.length === 0 ? (
        <div className="flex flex-col items-center gap-1 px-8 py-16 text-center text-list">
          <CircleCheck size={28} aria-hidden className="mb-2 text-accent" />
          <p className="font-semibold text-strong">{t(`operations.${what}Empty`)}</p>
          <p className="max-w-[420px] text-weak">{t(`operations.${what}EmptyHint`)}</p>
        </div>
      ) : (
        children
      )}
      {hasNextPage && (
        <button
          type="button"
          onClick={() => void fetchNextPage?.()}
          className="mx-auto my-3 block h-8 rounded-md border border-line-strong px-3 text-list text-strong hover:bg-s2"
        >
          {t('operations.loadMore')}
        </button>
      )}
    </>
  );
}
