import { Copy, X } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';

import { useNarrow } from '../app/panes.ts';
import { toast } from '../app/toasts.tsx';
import { useTranslation } from '../i18n/use-translation.ts';

interface Props {
  title: string;
  /** What the pane is about: a new one takes the focus. */
  of: string;
  onClose(): void;
  actions?: ReactNode;
  children: ReactNode;
}

/** One row in full, beside the table; over it where there is no room. */
export function DetailPane({ title, of, onClose, actions, children }: Props) {
  const { t } = useTranslation();
  const narrow = useNarrow();
  const close = useRef<HTMLButtonElement>(null);
  useEffect(() => close.current?.focus(), [of]);
  return (
    <>
      {narrow && <div aria-hidden className="fixed inset-0 z-20 bg-black/30" onClick={onClose} />}
      <aside
        aria-label={t('operations.details')}
        data-detail
        className={
          narrow
            ? 'appear fixed inset-y-0 end-0 z-30 flex w-[480px] max-w-full flex-col border-s border-line bg-s1 shadow-pop'
            : 'flex w-[440px] shrink-0 flex-col border-s border-line bg-s1'
        }
      >
        <header className="flex items-start gap-2 border-b border-line px-4 py-3">
          <h2 dir="auto" className="min-w-0 flex-1 text-body font-semibold text-strong [overflow-wrap:anywhere]">
            {title}
          </h2>
          <button
            ref={close}
            type="button"
            aria-label={t('operations.closeDetails')}
            onClick={onClose}
            className="flex size-8 shrink-0 items-center justify-center rounded-md text-weak hover:bg-s2"
          >
            <X size={16} aria-hidden />
          </button>
        </header>
        {actions && <div className="flex flex-wrap gap-2 border-b border-line px-4 py-2.5">{actions}</div>}
        <div className="scroller min-h-0 flex-1">{children}</div>
      </aside>
    </>
  );
}

/**
 * Text as it travelled: wrapped and never interpreted. JSON that is whole is laid out, and copied as it was. `words`: what a
 * person wrote, in its own direction.
 */
export function Bytes({ title, value, words = false }: { title: string; value: string; words?: boolean }) {
  const { t } = useTranslation();
  return (
    <section className="px-4 py-3">
      <div className="mb-1.5 flex items-center gap-2">
        <h3 dir="auto" className="min-w-0 flex-1 text-meta font-semibold text-weak [overflow-wrap:anywhere]">
          {title}
        </h3>
        <button
          type="button"
          className="inline-flex h-7 items-center gap-1.5 rounded-md border border-line px-2 text-meta text-strong hover:bg-s2"
          onClick={() => void navigator.clipboard.writeText(value).then(() => toast(t('thread.copied')))}
        >
          <Copy size={13} aria-hidden />
          {t('operations.copy')}
        </button>
      </div>
      <pre
        dir={words ? 'auto' : 'ltr'}
        data-bytes
        className="rounded-md bg-s2 p-2 font-mono text-[12px] leading-[18px] whitespace-pre-wrap text-normal [overflow-wrap:anywhere]"
      >
        {words ? value : laidOut(value)}
      </pre>
    </section>
  );
}

function laidOut(value: string): string {
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return value;
  }
}
