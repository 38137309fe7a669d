import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';

import type { TemplateView } from '../api/types.ts';
import { useTranslation } from '../i18n/use-translation.ts';

interface Props {
  template: TemplateView;
  slots: Readonly<Record<string, string>>;
  onChange: (slots: Record<string, string>) => void;
  onDone: () => void;
  onDrop: () => void;
}

/** Asks for what a template leaves open: Enter goes to the next, and from the last back to the box. */
export function SlotsForm({ template, slots, onChange, onDone, onDrop }: Props) {
  const { t } = useTranslation();
  const form = useRef<HTMLDivElement>(null);
  useEffect(() => form.current?.querySelector('input')?.focus(), [template.id]);

  return (
    <div
      ref={form}
      role="group"
      aria-label={t('composer.slots')}
      className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-1.5"
    >
      <bdi className="text-meta font-semibold text-normal">{template.title}</bdi>
      {template.slots.map((name) => (
        <label key={name} className="flex items-center gap-1 text-meta text-weak">
          <bdi>{name}</bdi>
          <input
            dir="auto"
            maxLength={2000}
            value={slots[name] ?? ''}
            onChange={(event) => onChange({ ...slots, [name]: event.target.value })}
            onKeyDown={(event) => {
              if (event.nativeEvent.isComposing || event.key !== 'Enter' || event.ctrlKey || event.metaKey) return;
              event.preventDefault();
              const fields = [...(form.current?.querySelectorAll('input') ?? [])];
              const next = fields[fields.indexOf(event.currentTarget) + 1];
              if (next) next.focus();
              else onDone();
            }}
            className="h-7 w-[120px] rounded border border-line-strong bg-s1 px-2 text-list text-strong"
          />
        </label>
      ))}
      <button
        type="button"
        onClick={onDrop}
        aria-label={t('composer.dropTemplate')}
        data-hint={t('composer.dropTemplate')}
        className="ms-auto flex size-6 items-center justify-center rounded text-weak hover:bg-s3"
      >
        <X size={14} aria-hidden />
      </button>
    </div>
  );
}
