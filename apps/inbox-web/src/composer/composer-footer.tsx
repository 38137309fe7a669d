import { SendHorizontal } from 'lucide-react';

import type { ConversationDetail } from '../api/types.ts';
import { dayAndTime } from '../i18n/format.ts';
import { commandKey } from '../keyboard/platform.ts';
import type { ComposerState } from './use-composer.ts';
import { useTranslation } from '../i18n/use-translation.ts';

/** Limits in words, whether the draft is safe, the reason that a warning asks for, and the one button. */
export function ComposerFooter({
  composer,
  conversation,
  onSend,
}: {
  composer: ComposerState;
  conversation: ConversationDetail;
  onSend: () => void;
}) {
  const { t, i18n } = useTranslation();
  const note = composer.mode === 'note';
  const { length } = composer.preview.view ?? {};
  const over = length !== undefined && length.limit > 0 && length.used > length.limit;
  const warned = !note && composer.decision === 'warn' && composer.preview.current;
  const blocked = !note && composer.decision === 'block';
  return (
    <div className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1.5 text-meta text-weak">
      {!note && !warned && length && length.limit > 0 && (
        <span className={over ? 'font-semibold text-due' : ''}>
          {t('composer.length', {
            used: length.used,
            limit: length.limit,
            unit: i18n.exists(`composer.units.${length.unit}`)
              ? t(`composer.units.${length.unit as 'utf16'}`)
              : length.unit,
          })}
          {length.pieces > 1 && ` · ${t('composer.pieces', { count: length.pieces })}`}
        </span>
      )}
      {!note && conversation.composer.windowEndsAt !== undefined && (
        <span>{t('composer.window', { time: dayAndTime(conversation.composer.windowEndsAt) })}</span>
      )}
      {composer.saved !== 'none' && !warned && (
        <span>{composer.saved === 'server' ? t('composer.draftSaved') : t('composer.draftLocal')}</span>
      )}
      {!note &&
        composer.decision === 'hold' &&
        composer.preview.current &&
        composer.preview.view?.final !== undefined && <span className="text-waiting">{t('composer.held')}</span>}
      {warned && (
        <input
          data-reason
          dir="auto"
          maxLength={500}
          value={composer.reason}
          onChange={(event) => composer.setReason(event.target.value)}
          placeholder={t('composer.reason')}
          aria-label={t('composer.reason')}
          className="h-8 min-w-[220px] flex-1 rounded border border-waiting bg-s1 px-2 text-list text-strong"
        />
      )}
      {!warned && (
        <span className="ms-auto">
          <span className="max-[720px]:hidden">{t('composer.keys', { key: `${commandKey}+Enter` })}</span>
        </span>
      )}
      <button
        type="button"
        disabled={composer.text.trim() === '' || (!note && !conversation.composer.canSend)}
        onClick={onSend}
        className={`inline-flex h-8 shrink-0 items-center gap-2 rounded-md px-4 text-list font-semibold disabled:opacity-100 disabled:bg-s3 disabled:text-weak ${
          blocked ? 'bg-blocked-soft text-blocked' : 'bg-accent text-on-accent hover:bg-accent-hover'
        }`}
      >
        <SendHorizontal size={15} aria-hidden className="rtl:-scale-x-100" />
        {note ? t('composer.saveNote') : warned ? t('composer.sendAnyway') : t('composer.send')}
      </button>
    </div>
  );
}
