import { Bot, Clock, NotebookPen, Pencil, Smartphone } from 'lucide-react';

import { useState } from 'react';
import type { TimelineEntry } from '../api/types.ts';
import { clockTime, dayAndTime } from '../i18n/format.ts';
import { DeliveryStatus } from './delivery-status.tsx';
import { ArrivedButton, EntryActions, ResendButton } from './entry-actions.tsx';
import { EntryText } from './entry-text.tsx';
import { LanguageChip } from './language-chip.tsx';
import { PartView } from './part-view.tsx';
import { useTranslation } from '../i18n/use-translation.ts';

interface Props {
  entry: TimelineEntry;
  first: boolean;
  conversationId: string;
  contactName: string;
  me: string;
  showOriginal: boolean;
  active: boolean;
}

function bubble(entry: TimelineEntry): string {
  if (entry.kind === 'note') return 'self-stretch border border-note-line bg-note';
  if (entry.direction === 'in') return 'self-start bg-s1 border border-line rounded-ss-sm';
  if (entry.by.kind === 'bot') return 'self-end bg-bot-soft border border-transparent rounded-se-sm';
  return 'self-end bg-accent-soft border border-transparent rounded-se-sm';
}

function Author({ entry, contactName, me }: Pick<Props, 'entry' | 'contactName' | 'me'>) {
  const { t } = useTranslation();
  const { by } = entry;
  const name =
    by.kind === 'customer' ? (by.name ?? contactName) : by.id === me ? t('app.you') : (by.name ?? by.id ?? by.kind);
  return (
    <div
      className={`mt-2 mb-1 flex items-baseline gap-2 text-meta text-weak ${entry.direction === 'out' ? 'self-end' : ''}`}
    >
      <bdi className="font-semibold text-normal">{name}</bdi>
      {by.kind === 'bot' && (
        <span className="inline-flex items-center gap-1 text-bot">
          <Bot size={12} aria-hidden className="self-center" />
          {t('thread.automated')}
        </span>
      )}
      {by.kind === 'phone' && (
        <span className="inline-flex items-center gap-1">
          <Smartphone size={12} aria-hidden className="self-center" />
          {t('thread.byPhone')}
        </span>
      )}
      {by.kind === 'api' && t('thread.byApi')}
      <time dateTime={new Date(entry.at).toISOString()}>{clockTime(entry.at)}</time>
    </div>
  );
}

/** A message or a note, with everything that is to be said about it in place. */
export function MessageEntry(props: Props) {
  const { t } = useTranslation();
  const [hovered, setHovered] = useState(false);
  const { entry, first, conversationId, showOriginal, active } = props;
  const note = entry.kind === 'note';
  const trouble = entry.status === 'failed' || entry.status === 'unknown';
  return (
    <div className="flex flex-col">
      {first && <Author {...props} />}
      <div
        onPointerEnter={() => setHovered(true)}
        onPointerLeave={() => setHovered(false)}
        className={`relative max-w-[88%] min-w-0 rounded-xl px-3 py-2 ${note ? '!max-w-full' : ''} ${active ? 'outline-2 outline-accent' : ''} ${bubble(entry)}`}
      >
        {note && (
          <p className="mb-0.5 flex items-center gap-1 text-meta font-semibold text-waiting">
            <NotebookPen size={13} aria-hidden />
            {t('thread.note')}
          </p>
        )}
        {entry.deleted ? (
          <p className="text-body text-weak">{t('thread.deleted')}</p>
        ) : (
          <div className="flex flex-col gap-1.5">
            {entry.parts.map((part, index) => (part.type === 'text' ? null : <PartView key={index} part={part} />))}
            <div>
              <EntryText entry={entry} showOriginal={showOriginal} reachable={active} />
            </div>
          </div>
        )}
        <div
          className={`mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-meta text-weak ${entry.direction === 'out' ? 'justify-end' : ''}`}
        >
          {!note && !entry.deleted && <LanguageChip entry={entry} reachable={active} />}
          {entry.late && (
            <span className="inline-flex items-center gap-1 text-due">
              <Clock size={12} aria-hidden />
              {t('thread.late', { time: dayAndTime(entry.providerTime ?? entry.at) })}
            </span>
          )}
          {entry.edited && (
            <span className="inline-flex items-center gap-1">
              <Pencil size={12} aria-hidden />
              {t('thread.edited')}
            </span>
          )}
          {entry.status && <DeliveryStatus status={entry.status} failure={entry.failure} />}
          {trouble && (
            <span className="inline-flex gap-2">
              {entry.status === 'unknown' && <ArrivedButton entry={entry} conversationId={conversationId} />}
              <ResendButton entry={entry} conversationId={conversationId} />
            </span>
          )}
          {entry.reactions.map((each) => (
            <span
              key={each.by}
              className="rounded-full bg-s2 px-1.5"
              aria-label={`${t('thread.reactions')}: ${each.by}`}
              role="img"
            >
              {each.emoji.join('')}
            </span>
          ))}
        </div>
        {(active || hovered) && <EntryActions entry={entry} conversationId={conversationId} active={active} />}
      </div>
    </div>
  );
}
