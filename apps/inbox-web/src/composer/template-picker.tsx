import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type Ref, useEffect, useImperativeHandle, useState } from 'react';

import { api } from '../api/calls.ts';
import type { TemplateView } from '../api/types.ts';
import { useTranslation } from '../i18n/use-translation.ts';

export interface PickerHandle {
  /** True when the key was the picker's. */
  onKey(key: string): boolean;
}

interface Props {
  conversationId: string;
  q: string;
  lang: string;
  onPick: (template: TemplateView) => void;
  onLeave: () => void;
  onActive: (id: string | undefined) => void;
  handle: Ref<PickerHandle>;
}

/** Suggestions above the box: what it says in the agent's language, and in the customer's. Focus stays in the box. */
export function TemplatePicker({ conversationId, q, lang, onPick, onLeave, onActive, handle }: Props) {
  const { t } = useTranslation();
  const [at, setAt] = useState(0);
  const { data, isPending, error } = useQuery({
    queryKey: ['templates', conversationId, q],
    queryFn: ({ signal }) => api.templates(conversationId, q, signal),
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });
  const list = data ?? [];
  const chosen = list[Math.min(at, list.length - 1)];
  useEffect(() => setAt(0), [q]);
  useEffect(() => {
    onActive(chosen ? `template-${chosen.id}` : undefined);
    if (chosen) document.getElementById(`template-${chosen.id}`)?.scrollIntoView({ block: 'nearest' });
    return () => onActive(undefined);
  }, [chosen, onActive]);

  useImperativeHandle(handle, () => ({
    onKey(key) {
      if (key === 'Escape') onLeave();
      else if (key === 'ArrowDown') setAt((n) => Math.min(list.length - 1, n + 1));
      else if (key === 'ArrowUp') setAt((n) => Math.max(0, n - 1));
      else if ((key === 'Enter' || key === 'Tab') && chosen) onPick(chosen);
      else return false;
      return true;
    },
  }));

  return (
    <div className="appear absolute inset-x-0 bottom-full z-20 mb-1 flex max-h-[320px] flex-col rounded-lg border border-line bg-s1 shadow-pop">
      <p className="flex shrink-0 gap-2 border-b border-line px-3 py-1.5 text-meta text-weak">
        <bdi className="font-semibold text-normal">
          {q === '' ? t('composer.templates') : t('composer.templatesFor', { q })}
        </bdi>
        <span className="ms-auto">{t('composer.templateHint')}</span>
      </p>
      {error && <p className="p-3 text-list text-blocked">{error.message}</p>}
      {!isPending && !error && list.length === 0 && (
        <p className="p-3 text-list text-weak">{t('composer.noTemplates')}</p>
      )}
      <ul role="listbox" id="template-list" aria-label={t('composer.templates')} className="scroller min-h-0 p-1">
        {list.map((template, index) => (
          <li
            key={template.id}
            id={`template-${template.id}`}
            role="option"
            aria-selected={template.id === chosen?.id}
            onPointerMove={() => setAt(index)}
            onPointerDown={(event) => {
              event.preventDefault();
              onPick(template);
            }}
            className={`rounded-md px-2 py-1.5 ${template.id === chosen?.id ? 'bg-s3' : ''}`}
          >
            <p className="flex items-baseline gap-2 text-list font-semibold text-strong">
              <bdi>{template.title}</bdi>
              {template.slots.length > 0 && (
                <bdi className="text-meta font-normal text-weak">{template.slots.join(', ')}</bdi>
              )}
            </p>
            <p dir="auto" className="truncate text-list text-normal">
              {template.agentText}
            </p>
            <p dir="auto" lang={template.lang || lang} className="truncate text-list text-weak">
              {template.customerText}
            </p>
          </li>
        ))}
      </ul>
    </div>
  );
}
