import { X } from 'lucide-react';
import type { ReactNode } from 'react';

import { useTranslation } from '../i18n/use-translation.ts';

/** What can be done to the selected rows; always there, so that selecting moves nothing. */
export function SelectionBar({ count, clear, children }: { count: number; clear(): void; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className="flex min-h-12 shrink-0 flex-wrap items-center gap-2 border-b border-line bg-s1 px-4 py-2">
      {children}
      <span role="status" className="ms-auto flex items-center gap-1 text-meta text-weak">
        {count > 0 && t('operations.selected', { n: count })}
        {count > 0 && (
          <button
            type="button"
            aria-label={t('operations.clear')}
            onClick={clear}
            className="flex size-6 items-center justify-center rounded hover:bg-s3"
          >
            <X size={14} aria-hidden />
          </button>
        )}
      </span>
    </div>
  );
}
