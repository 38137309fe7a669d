import { Search, X } from 'lucide-react';
import { useDeferredValue, useEffect, useState } from 'react';

import type { Place } from '../app/place.ts';
import { focusPane } from '../keyboard/focus.ts';
import { ConversationList } from './conversation-list.tsx';
import { ViewTabs } from './view-tabs.tsx';
import { useTranslation } from '../i18n/use-translation.ts';

const PAUSE = 250;

export function ListPane({ place }: { place: Place }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [q, setQ] = useState('');
  useEffect(() => {
    const timer = window.setTimeout(() => setQ(typed.trim()), typed === '' ? 0 : PAUSE);
    return () => window.clearTimeout(timer);
  }, [typed]);
  const shown = useDeferredValue(q);

  return (
    <section aria-label={t('list.label')} className="flex h-full min-h-0 flex-col bg-s1">
      <div className="relative m-2 mb-1">
        <Search size={14} aria-hidden className="absolute inset-y-0 start-2.5 my-auto text-weak" />
        <input
          type="search"
          data-pane="search"
          aria-label={t('list.search')}
          placeholder={t('list.search')}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            if (event.key === 'Escape') setTyped('');
            if (event.key === 'ArrowDown' || event.key === 'Enter') {
              event.preventDefault();
              focusPane('list');
            }
          }}
          className="h-8 w-full rounded-md border border-transparent bg-s2 ps-8 pe-8 text-list text-strong hover:border-line [&::-webkit-search-cancel-button]:hidden"
        />
        {typed !== '' && (
          <button
            type="button"
            aria-label={t('list.clearSearch')}
            onClick={() => {
              setTyped('');
              focusPane('search');
            }}
            className="absolute inset-y-0 end-1 my-auto flex size-6 items-center justify-center rounded text-weak hover:bg-s3"
          >
            <X size={14} aria-hidden />
          </button>
        )}
      </div>
      <ViewTabs view={place.view} />
      <div className="border-t border-line" />
      <ConversationList view={place.view} q={shown} openId={place.id} clearSearch={() => setTyped('')} />
    </section>
  );
}
