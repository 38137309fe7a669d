import { type KeyboardEvent, useRef } from 'react';

import { goToOperations, type OperationsTab, TABS } from '../app/place.ts';
import { useTranslation } from '../i18n/use-translation.ts';
import { AuditTab } from './audit-tab.tsx';
import { DeadLettersTab } from './dead-letters-tab.tsx';
import { LagTab } from './lag-tab.tsx';
import { ParkedTab } from './parked-tab.tsx';
import { UnknownTab } from './unknown-tab.tsx';

const TAB = {
  'dead-letters': ['deadLetters', DeadLettersTab],
  parked: ['parked', ParkedTab],
  unknown: ['unknown', UnknownTab],
  lag: ['lag', LagTab],
  audit: ['audit', AuditTab],
} as const satisfies Record<OperationsTab, unknown>;

/** What went wrong beside the conversations, for those who may do something about it. */
export function OperationsPage({ tab }: { tab: OperationsTab }) {
  const { t, i18n } = useTranslation();
  const bar = useRef<HTMLDivElement>(null);
  const [name, Content] = TAB[tab];

  function onKeyDown(event: KeyboardEvent): void {
    const back = i18n.dir() === 'rtl' ? 'ArrowRight' : 'ArrowLeft';
    const forward = i18n.dir() === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    const step = event.key === forward ? 1 : event.key === back ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const next = TABS[(TABS.indexOf(tab) + step + TABS.length) % TABS.length] ?? 'dead-letters';
    goToOperations(next);
    bar.current?.querySelector<HTMLElement>(`[data-tab="${next}"]`)?.focus();
  }

  return (
    <main className="flex min-w-0 flex-1 flex-col bg-s1" data-operations={tab}>
      <header className="flex h-12 shrink-0 items-center border-b border-line px-4">
        <h1 className="text-title font-semibold text-strong">{t('operations.title')}</h1>
        <span className="ms-auto truncate ps-4 text-meta text-weak max-[720px]:hidden">{t('operations.keys')}</span>
      </header>
      <div
        ref={bar}
        role="tablist"
        aria-label={t('operations.tabs')}
        onKeyDown={onKeyDown}
        className="flex shrink-0 overflow-x-auto border-b border-line px-2 [scrollbar-width:none]"
      >
        {TABS.map((each) => (
          <button
            key={each}
            type="button"
            role="tab"
            id={`operations-tab-${each}`}
            data-tab={each}
            aria-selected={each === tab}
            aria-controls="operations-panel"
            tabIndex={each === tab ? 0 : -1}
            onClick={() => goToOperations(each)}
            className={`h-10 shrink-0 border-b-2 px-3 text-list -outline-offset-2 ${
              each === tab
                ? 'border-accent font-semibold text-strong'
                : 'border-transparent text-weak hover:text-strong'
            }`}
          >
            {t(`operations.${TAB[each][0]}`)}
          </button>
        ))}
      </div>
      <div
        role="tabpanel"
        id="operations-panel"
        aria-labelledby={`operations-tab-${tab}`}
        className="flex min-h-0 flex-1 flex-col"
      >
        <p className="shrink-0 px-4 pt-3 text-list text-weak">{t(`operations.${name}Hint`)}</p>
        <Content />
      </div>
    </main>
  );
}
