import { Check, CircleHelp, Copy, RotateCw, Undo2 } from 'lucide-react';

import { api } from '../api/calls.ts';
import type { TimelineEntry } from '../api/types.ts';
import { toast } from '../app/toasts.tsx';
import { openWhy } from '../why/open-why.ts';
import { timelineChanged } from './timeline.ts';
import { useTranslation } from '../i18n/use-translation.ts';

const small = 'flex size-7 items-center justify-center rounded text-weak hover:bg-s3 hover:text-strong';

/** What one message allows; seen while it is hovered or the arrow keys stand on it, reached by Tab only then. */
export function EntryActions({
  entry,
  conversationId,
  active,
}: {
  entry: TimelineEntry;
  conversationId: string;
  active: boolean;
}) {
  const { t } = useTranslation();
  const tab = active ? 0 : -1;

  async function run(call: Promise<unknown>) {
    try {
      await call;
      timelineChanged(conversationId, [entry.id]);
    } catch (error) {
      toast((error as Error).message, { tone: 'bad' });
    }
  }

  return (
    <div
      role="group"
      aria-label={t('thread.actions')}
      className="appear absolute -top-3 end-1 flex rounded-md border border-line bg-s1"
    >
      {entry.status === 'queued' && (
        <button
          type="button"
          tabIndex={tab}
          className={small}
          data-hint={t('thread.recall')}
          aria-label={t('thread.recall')}
          onClick={() => void run(api.recall(entry.id))}
        >
          <Undo2 size={15} aria-hidden />
        </button>
      )}
      <button
        type="button"
        tabIndex={tab}
        className={small}
        data-hint={t('thread.copy')}
        aria-label={t('thread.copy')}
        onClick={() =>
          void navigator.clipboard
            .writeText(entry.translation?.text ?? entry.text)
            .then(() => toast(t('thread.copied')))
        }
      >
        <Copy size={15} aria-hidden />
      </button>
      <button
        type="button"
        tabIndex={tab}
        className={small}
        data-hint={t('thread.why')}
        aria-label={t('thread.why')}
        onClick={() => openWhy(entry.id)}
      >
        <CircleHelp size={15} aria-hidden />
      </button>
    </div>
  );
}

/** Beside "send again", where nobody knows whether the words arrived and the agent does. */
export function ArrivedButton({ entry, conversationId }: { entry: TimelineEntry; conversationId: string }) {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      className="inline-flex h-6 items-center gap-1 rounded border border-current px-2 text-meta font-semibold text-accent hover:bg-s1"
      onClick={() =>
        void api
          .arrived(entry.id, entry.attempt ?? 0)
          .then(() => {
            timelineChanged(conversationId, [entry.id]);
            toast(t('thread.arrivedDone'));
          })
          .catch((error: Error) => toast(error.message, { tone: 'bad' }))
      }
    >
      <Check size={12} aria-hidden />
      {t('thread.arrived')}
    </button>
  );
}

/** In place under a failure, always to be seen. */
export function ResendButton({ entry, conversationId }: { entry: TimelineEntry; conversationId: string }) {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      className="inline-flex h-6 items-center gap-1 rounded border border-current px-2 text-meta font-semibold text-blocked hover:bg-blocked-soft"
      onClick={() =>
        void api
          .resend(entry.id)
          .then(() => timelineChanged(conversationId, [entry.id]))
          .catch((error: Error) => toast(error.message, { tone: 'bad' }))
      }
    >
      <RotateCw size={12} aria-hidden />
      {entry.status === 'unknown' ? t('thread.resendUnknown') : t('thread.resend')}
    </button>
  );
}
