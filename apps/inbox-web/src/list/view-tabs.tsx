import { type KeyboardEvent, useRef } from 'react';

import type { View } from '../api/types.ts';
import { go, VIEWS } from '../app/place.ts';
import { useTranslation } from '../i18n/use-translation.ts';

/** The six views as tabs: arrows move, as everywhere. */
export function ViewTabs({ view }: { view: View }) {
  const { t, i18n } = useTranslation();
  const bar = useRef<HTMLDivElement>(null);

  function onKeyDown(event: KeyboardEvent) {
    const forward = i18n.dir() === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    const back = i18n.dir() === 'rtl' ? 'ArrowRight' : 'ArrowLeft';
    const step = event.key === forward ? 1 : event.key === back ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const next = VIEWS[(VIEWS.indexOf(view) + step + VIEWS.length) % VIEWS.length] ?? 'mine';
    go({ view: next });
    bar.current?.querySelector<HTMLElement>(`[data-view="${next}"]`)?.focus();
  }

  return (
    <div
      ref={bar}
      role="tablist"
      aria-label={t('list.views')}
      onKeyDown={onKeyDown}
      className="flex shrink-0 overflow-x-auto px-2 [scrollbar-width:none]"
    >
      {VIEWS.map((each) => (
        <button
          key={each}
          type="button"
          role="tab"
          data-view={each}
          aria-selected={each === view}
          aria-controls="conversation-list"
          tabIndex={each === view ? 0 : -1}
          onClick={() => go({ view: each })}
          className={`h-9 shrink-0 grow border-b-2 px-1.5 text-list -outline-offset-2 ${
            each === view ? 'border-accent font-semibold text-strong' : 'border-transparent text-weak hover:text-strong'
          }`}
        >
          {t(`list.${each}`)}
        </button>
      ))}
    </div>
  );
}
