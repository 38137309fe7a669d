import { X } from 'lucide-react';
import { useEffect } from 'react';

import { smallStore } from './small-store.ts';
import { useTranslation } from '../i18n/use-translation.ts';

interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'bad';
  undo?: (() => void) | undefined;
}

const store = smallStore<Toast[]>([]);
let counter = 0;
const drop = (id: number): void => store.set((list) => list.filter((each) => each.id !== id));

/** Says what happened, for eight seconds; `undo` takes it back. */
export function toast(text: string, options: { tone?: Toast['tone']; undo?: () => void } = {}): void {
  counter += 1;
  const made: Toast = { id: counter, text, tone: options.tone ?? 'plain', undo: options.undo };
  store.set((list) => [...list.slice(-2), made]);
}

function ToastCard({ toast: shown }: { toast: Toast }) {
  const { t } = useTranslation();
  useEffect(() => {
    const timer = window.setTimeout(() => drop(shown.id), shown.tone === 'bad' ? 12_000 : 8000);
    return () => window.clearTimeout(timer);
  }, [shown]);
  return (
    <div
      className={`appear pointer-events-auto flex max-w-[440px] items-center gap-3 rounded-lg border bg-s1 py-2 ps-4 pe-2 text-list text-strong shadow-pop ${
        shown.tone === 'bad' ? 'border-blocked' : 'border-line-strong'
      }`}
    >
      <span dir="auto" className="min-w-0 [overflow-wrap:anywhere]">
        {shown.text}
      </span>
      {shown.undo && (
        <button
          type="button"
          className="rounded px-2 py-1 font-semibold text-accent hover:bg-accent-soft"
          onClick={() => {
            drop(shown.id);
            shown.undo?.();
          }}
        >
          {t('app.undo')}
        </button>
      )}
      <button
        type="button"
        aria-label={t('app.dismiss')}
        className="rounded p-1 text-weak hover:bg-s2"
        onClick={() => drop(shown.id)}
      >
        <X size={14} aria-hidden />
      </button>
    </div>
  );
}

export function Toasts() {
  const list = store.use();
  return (
    <div
      role="status"
      aria-live="polite"
      className="pointer-events-none fixed start-16 bottom-3 z-50 flex flex-col items-start gap-2 max-[720px]:start-3 max-[720px]:top-16 max-[720px]:bottom-auto"
    >
      {list.map((each) => (
        <ToastCard key={each.id} toast={each} />
      ))}
    </div>
  );
}
