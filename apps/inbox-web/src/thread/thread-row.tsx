import { Clock, NotebookPen } from 'lucide-react';
import { memo } from 'react';

import { clockTime, longDay } from '../i18n/format.ts';
import type { ThreadItem } from './items.ts';
import { MessageEntry } from './message-entry.tsx';
import { useTranslation } from '../i18n/use-translation.ts';

interface Props {
  item: ThreadItem;
  conversationId: string;
  contactName: string;
  me: string;
  showOriginal: boolean;
  active: boolean;
}

function Separator({ children, strong = false }: { children: string; strong?: boolean }) {
  return (
    <div className="flex items-center gap-3 py-2 text-meta text-weak">
      <span className="h-px flex-1 bg-line" />
      <span className={strong ? 'font-semibold text-normal' : ''}>{children}</span>
      <span className="h-px flex-1 bg-line" />
    </div>
  );
}

/** One line of the virtual thread. */
export const ThreadRow = memo(function ThreadRow({ item, ...rest }: Props) {
  const { t } = useTranslation();
  switch (item.kind) {
    case 'start':
      return <p className="py-6 text-center text-meta text-weak">{t('thread.start')}</p>;
    case 'day':
      return <Separator strong>{longDay(item.at)}</Separator>;
    case 'case':
      return <Separator>{t('thread.case', { number: item.number })}</Separator>;
    case 'pending':
      return (
        <div className="flex flex-col pt-1">
          <div
            className={`max-w-[88%] rounded-xl px-3 py-2 opacity-80 ${item.pending.kind === 'note' ? 'self-stretch bg-note' : 'self-end bg-accent-soft'}`}
          >
            {item.pending.kind === 'note' && <NotebookPen size={13} aria-hidden className="text-waiting" />}
            <p dir="auto" className="text-body whitespace-pre-wrap text-strong [overflow-wrap:anywhere]">
              {item.pending.text}
            </p>
            <p className="mt-1 flex items-center justify-end gap-1 text-meta text-weak">
              <Clock size={12} aria-hidden />
              {t('thread.status.sending')}
            </p>
          </div>
        </div>
      );
    case 'entry':
      if (item.entry.kind === 'event') {
        return (
          <p className="py-1.5 text-center text-meta text-weak">
            <span dir="auto">{item.entry.event?.says ?? item.entry.text}</span>
            <time className="ms-2" dateTime={new Date(item.entry.at).toISOString()}>
              {clockTime(item.entry.at)}
            </time>
          </p>
        );
      }
      return (
        <div className="pt-1">
          <MessageEntry entry={item.entry} first={item.first} {...rest} />
        </div>
      );
  }
});
