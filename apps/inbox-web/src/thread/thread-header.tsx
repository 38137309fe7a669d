import { ArrowLeft, CheckCircle2, Hand, Languages, PanelRight, RotateCcw } from 'lucide-react';

import type { ConversationDetail } from '../api/types.ts';
import { contextOpen, toggleContext } from '../app/panes.ts';
import { go, placeNow } from '../app/place.ts';
import { ChannelGlyph, channelName } from '../list/channel-glyph.tsx';
import { ClockChip } from '../list/clock-chip.tsx';
import { OwnerMark } from '../list/owner-mark.tsx';
import { AssignMenu } from './assign-menu.tsx';
import { CollisionNotice } from './collision-notice.tsx';
import { closeIt, reopenIt, takeIt } from './conversation-actions.ts';
import { originals, toggleOriginals } from './originals.ts';
import { SnoozeMenu } from './snooze-menu.tsx';
import { actionButton } from './thread-buttons.ts';
import { useTranslation } from '../i18n/use-translation.ts';

export function ThreadHeader({ conversation, me }: { conversation: ConversationDetail; me: string }) {
  const { t } = useTranslation();
  const shown = originals.use();
  const mine = conversation.owner.kind === 'agent' && conversation.owner.id === me;
  const closed = conversation.status === 'closed';
  return (
    <header className="flex h-14 shrink-0 items-center gap-2 border-b border-line bg-s1 ps-4 pe-2 max-[720px]:ps-1">
      <button
        type="button"
        aria-label={t('thread.back')}
        className="flex size-9 shrink-0 items-center justify-center rounded-md text-normal hover:bg-s2 min-[721px]:hidden"
        onClick={() => go({ view: placeNow().view })}
      >
        <ArrowLeft size={18} aria-hidden className="rtl:-scale-x-100" />
      </button>
      <div className="min-w-0 flex-1">
        <h2 className="flex min-w-0 items-center gap-2 text-body font-semibold text-strong">
          <bdi className="truncate">{conversation.contactName}</bdi>
          <CollisionNotice conversationId={conversation.id} />
        </h2>
        <div className="flex min-w-0 items-center gap-2 text-meta whitespace-nowrap text-weak">
          <span className="inline-flex shrink-0 items-center gap-1">
            <ChannelGlyph channel={conversation.channel} size={12} />
            <span aria-hidden className="max-[560px]:hidden">
              {channelName(conversation.channel)}
            </span>
          </span>
          <bdi className="shrink-0 max-[560px]:hidden">{conversation.caseNumber}</bdi>
          <span className="flex min-w-0 max-w-[160px]">
            <OwnerMark owner={conversation.owner} me={me} />
          </span>
          {conversation.status !== 'open' && (
            <span className="font-semibold text-normal">{t(`actions.status.${conversation.status}`)}</span>
          )}
          {conversation.clock && conversation.clock.state !== 'met' && <ClockChip clock={conversation.clock} />}
        </div>
      </div>
      <div role="toolbar" aria-label={t('actions.more')} className="flex shrink-0 items-center gap-0.5">
        {!mine && !closed && (
          <button
            type="button"
            className={`${actionButton} font-semibold !text-accent`}
            onClick={() => void takeIt(conversation)}
          >
            <Hand size={15} aria-hidden />
            <span className="max-[560px]:sr-only">{t('actions.take')}</span>
          </button>
        )}
        <AssignMenu row={conversation} />
        <SnoozeMenu conversation={conversation} />
        <button
          type="button"
          className={actionButton}
          onClick={() => void (closed ? reopenIt(conversation) : closeIt(conversation))}
        >
          {closed ? <RotateCcw size={15} aria-hidden /> : <CheckCircle2 size={15} aria-hidden />}
          <span className="max-[560px]:sr-only">{closed ? t('actions.reopen') : t('actions.close')}</span>
        </button>
        <span className="mx-1 h-5 w-px bg-line" />
        <button
          type="button"
          aria-pressed={shown}
          aria-label={t('thread.originals')}
          data-hint={`${shown ? t('thread.hideOriginals') : t('thread.originals')} (Alt+T)`}
          className={actionButton}
          onClick={toggleOriginals}
        >
          <Languages size={16} aria-hidden />
        </button>
        <button
          type="button"
          aria-pressed={contextOpen.use()}
          aria-label={t('thread.context')}
          data-hint={t('thread.context')}
          className={actionButton}
          onClick={toggleContext}
        >
          <PanelRight size={16} aria-hidden className="rtl:-scale-x-100" />
        </button>
      </div>
    </header>
  );
}
