import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowUp } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';

import type { View } from '../api/types.ts';
import { go } from '../app/place.ts';
import { wishComposer } from '../composer/composer-wish.ts';
import { useMe } from '../session/session.ts';
import { ConversationRow, ROW_HEIGHT } from './conversation-row.tsx';
import { ListEmpty, ListError, ListSkeleton } from './list-states.tsx';
import { prefetchConversation } from './prefetch.ts';
import { useConversations } from './use-conversations.ts';
import { useTranslation } from '../i18n/use-translation.ts';

interface Props {
  view: View;
  q: string;
  openId: string | undefined;
  clearSearch: () => void;
}

/** A listbox over any number of conversations; only what is in sight is in the document. */
export function ConversationList({ view, q, openId, clearSearch }: Props) {
  const { t } = useTranslation();
  const me = useMe();
  const scroller = useRef<HTMLDivElement>(null);
  const [pointerIn, setPointerIn] = useState(false);
  const [focused, setFocused] = useState(false);
  const [activeId, setActiveId] = useState<string>();
  const { rows, held, query, letIn } = useConversations(view, q, me.id, pointerIn || focused);

  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 8,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && last >= rows.length - 10) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, last, rows.length]);

  useEffect(() => {
    scroller.current?.scrollTo({ top: 0 });
    setActiveId(undefined);
  }, [view, q]);

  const current = activeId ?? openId;
  const at = rows.findIndex((row) => row.id === current);
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: 'auto' });
    // Only when another row becomes current: a row that moves must not drag the view with it.
  }, [current]);

  function open(id: string) {
    setActiveId(id);
    go({ view, id });
    wishComposer('focus');
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 1);
    const to: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: Math.max(0, at - 1),
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: rows.length - 1,
    };
    const target = to[event.key];
    const row = rows[Math.min(rows.length - 1, Math.max(0, target ?? at))];
    if (target !== undefined && row) {
      event.preventDefault();
      setActiveId(row.id);
      prefetchConversation(row.id);
    } else if (event.key === 'Enter' && row && at >= 0) {
      event.preventDefault();
      open(row.id);
    }
  }

  const empty = query.data !== undefined && rows.length === 0 && !hasNextPage;
  return (
    <div
      className="relative min-h-0 flex-1"
      onPointerEnter={() => setPointerIn(true)}
      onPointerLeave={() => setPointerIn(false)}
    >
      {held > 0 && (
        <button
          type="button"
          className="appear absolute inset-x-0 top-2 z-10 mx-auto flex h-7 w-fit items-center gap-1 rounded-full bg-accent px-3 text-meta font-semibold text-on-accent shadow-pop hover:bg-accent-hover"
          onClick={() => {
            letIn();
            scroller.current?.scrollTo({ top: 0 });
          }}
        >
          <ArrowUp size={13} aria-hidden />
          {t('list.arrivals', { count: held })}
        </button>
      )}
      {query.isPending && <ListSkeleton />}
      {query.isError && rows.length === 0 && (
        <ListError message={query.error.message} retry={() => void query.refetch()} />
      )}
      {empty && <ListEmpty view={view} q={q} clear={clearSearch} />}
      <div
        ref={scroller}
        id="conversation-list"
        data-pane="list"
        role="listbox"
        tabIndex={0}
        aria-label={`${t('list.label')}: ${t(`list.${view}`)}`}
        aria-activedescendant={at >= 0 ? `row-${current}` : undefined}
        onKeyDown={onKeyDown}
        onFocus={(event) => {
          setFocused(event.currentTarget.matches(':focus-visible'));
          if (at < 0 && rows[0]) setActiveId(rows[0].id);
        }}
        onBlur={() => {
          setFocused(false);
          setActiveId(undefined);
        }}
        className={`group/list scroller h-full -outline-offset-2 ${rows.length === 0 ? 'invisible absolute inset-0' : ''}`}
      >
        <div style={{ height: virtual.getTotalSize() }} className="relative" role="presentation">
          {items.map((item) => {
            const row = rows[item.index];
            if (!row) return null;
            const selected = row.id === openId;
            return (
              <div
                key={item.key}
                id={`row-${row.id}`}
                role="option"
                aria-selected={selected}
                aria-setsize={hasNextPage ? -1 : rows.length}
                aria-posinset={item.index + 1}
                style={{ height: ROW_HEIGHT, transform: `translateY(${item.start}px)` }}
                onClick={() => open(row.id)}
                onPointerEnter={() => prefetchConversation(row.id)}
                className={`absolute inset-x-0 top-0 border-b border-line ${
                  selected
                    ? 'bg-s3 shadow-[inset_3px_0_var(--accent)] rtl:shadow-[inset_-3px_0_var(--accent)]'
                    : 'hover:bg-s2'
                } ${row.id === current ? 'group-focus-visible/list:outline-2 group-focus-visible/list:-outline-offset-2 group-focus-visible/list:outline-accent' : ''}`}
              >
                <ConversationRow row={row} me={me.id} mine={me.languages[0] ?? 'en'} />
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
