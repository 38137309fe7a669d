import { CloudOff, RefreshCw } from 'lucide-react';

import { push, pushState } from '../push/push.ts';
import { useTranslation } from '../i18n/use-translation.ts';

/** Laid over the header rather than pushed in, so that losing the line moves nothing. */
export function OfflineBanner() {
  const { t } = useTranslation();
  const state = pushState.use();
  if (state !== 'down' && state !== 'catching-up') return <div role="status" className="sr-only" />;
  const down = state === 'down';
  return (
    <div
      role="status"
      data-testid="offline"
      className={`late fixed inset-x-0 top-1.5 z-30 mx-auto flex min-h-9 w-fit max-w-[calc(100vw-16px)] items-center gap-2 rounded-lg border px-3 py-1 text-list shadow-pop ${
        down ? 'border-waiting bg-waiting-soft text-waiting' : 'border-line bg-s1 text-normal'
      }`}
    >
      {down ? (
        <CloudOff size={15} aria-hidden className="shrink-0" />
      ) : (
        <RefreshCw size={15} aria-hidden className="shrink-0" />
      )}
      {down ? t('app.offline') : t('app.catchingUp')}
      {down && (
        <button
          type="button"
          className="shrink-0 rounded px-2 py-0.5 font-semibold underline underline-offset-2"
          onClick={push.connectNow}
        >
          {t('app.retryNow')}
        </button>
      )}
    </div>
  );
}
