import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown } from 'lucide-react';
import { type KeyboardEvent, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';

import { announce } from '../app/announcer.tsx';
import { pending, stillPending } from '../composer/pending.ts';
import { activeEntry } from './active-entry.ts';
import { type ThreadItem, threadItems } from './items.ts';
import { originals } from './originals.ts';
import { ThreadRow } from './thread-row.tsx';
import { loadOlder, type Timeline } from './timeline.ts';
import { useTranslation } from '../i18n/use-translation.ts';

const NEAR_TOP = 1500;
const NEAR_END = 80;
const GUESS: Record<ThreadItem['kind'], number> = { start: 64, day: 32, case: 32, entry: 96, pending: 72 };

interface Props {
  conversationId: string;
  contactName: string;
  me: string;
  timeline: Timeline;
}

/** A thread of any length: newest at the bottom, the reading position kept when older pages arrive, arrows move by entry. */
export function MessageList({ conversationId, contactName, me, timeline }: Props) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const waiting = pending.use().get(conversationId);
  const showOriginal = originals.use();
  const active = activeEntry.use();
  const [below, setBelow] = useState(false);
  const [unseen, setUnseen] = useState(0);
  const items = useMemo(
    () => threadItems(timeline.entries, timeline.next === undefined, stillPending(waiting ?? [], timeline.entries)),
    [timeline, waiting],
  );

  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => GUESS[items[index]?.kind ?? 'entry'],
    getItemKey: useCallback((index: number) => items[index]?.key ?? index, [items]),
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: NEAR_END,
    overscan: 4,
    paddingStart: 8,
    paddingEnd: 12,
  });

  useLayoutEffect(() => {
    virtual.scrollToEnd();
    activeEntry.set(undefined);
    // A thread opens at its newest entry; later changes keep the position.
  }, [conversationId]);

  // A composer that grows must not cover the newest entry of a reader who was at it.
  useEffect(() => {
    const node = scroller.current;
    if (!node) return undefined;
    let height = node.clientHeight;
    const observer = new ResizeObserver(() => {
      const lost = height - node.clientHeight;
      height = node.clientHeight;
      const distance = node.scrollHeight - node.scrollTop - node.clientHeight;
      if (lost > 0 && distance <= lost + NEAR_END) node.scrollTop = node.scrollHeight;
    });
    observer.observe(node);
    return () => observer.disconnect();
  }, []);

  const newest = timeline.entries.at(-1);
  const seenNewest = useRef(newest?.id);
  useEffect(() => {
    if (seenNewest.current === newest?.id) return;
    seenNewest.current = newest?.id;
    if (!newest || newest.direction !== 'in' || newest.kind !== 'message') return;
    announce(
      t('thread.newFrom', { name: newest.by.name ?? contactName, text: newest.translation?.text ?? newest.text }),
    );
    if (below) setUnseen((count) => count + 1);
  }, [newest, below, contactName, t]);

  function onScroll() {
    const node = scroller.current;
    if (!node) return;
    if (node.scrollTop < NEAR_TOP && timeline.next !== undefined) void loadOlder(conversationId).catch(() => undefined);
    const away = node.scrollHeight - node.scrollTop - node.clientHeight > 240;
    if (away !== below) setBelow(away);
    if (!away && unseen > 0) setUnseen(0);
  }
  useEffect(onScroll, [timeline]);

  function onKeyDown(event: KeyboardEvent) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.key === 'End') virtual.scrollToEnd();
    if (event.key === 'Home') virtual.scrollToIndex(0, { align: 'start' });
    if (step === undefined || !(event.target instanceof HTMLElement)) return;
    event.preventDefault();
    const from = items.findIndex((item) => item.key === active);
    for (let at = from < 0 ? items.length - (step < 0 ? 0 : 1) : from; (at += step) >= 0 && at < items.length;) {
      const item = items[at];
      if (item?.kind !== 'entry' || item.entry.kind === 'event') continue;
      activeEntry.set(item.key);
      virtual.scrollToIndex(at, { align: 'auto' });
      return;
    }
  }

  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        data-pane="thread"
        role="region"
        tabIndex={0}
        aria-label={t('thread.region')}
        onScroll={onScroll}
        onKeyDown={onKeyDown}
        className="scroller h-full bg-s2 -outline-offset-2 [overflow-anchor:none]"
      >
        <div className="flex min-h-full flex-col justify-end">
          <div style={{ height: virtual.getTotalSize() }} className="relative mx-auto w-full max-w-[752px] shrink-0">
            {virtual.getVirtualItems().map((row) => {
              const item = items[row.index];
              if (!item) return null;
              const standing = item.key === active;
              return (
                <div
                  key={row.key}
                  ref={virtual.measureElement}
                  data-index={row.index}
                  data-entry={item.kind === 'entry' ? item.key : undefined}
                  style={{ transform: `translateY(${row.start}px)` }}
                  className="absolute inset-x-0 top-0 px-4"
                >
                  <ThreadRow
                    item={item}
                    conversationId={conversationId}
                    contactName={contactName}
                    me={me}
                    showOriginal={showOriginal}
                    active={standing}
                  />
                </div>
              );
            })}
          </div>
        </div>
      </div>
      {below && (
        <button
          type="button"
          onClick={() => virtual.scrollToEnd()}
          className="appear absolute inset-x-0 bottom-3 mx-auto flex h-8 w-fit items-center gap-1 rounded-full border border-line bg-s1 px-3 text-meta font-semibold text-strong shadow-pop hover:bg-s2"
        >
          <ArrowDown size={14} aria-hidden />
          {unseen > 0 ? t('thread.newBelow', { count: unseen }) : t('thread.toEnd')}
        </button>
      )}
    </div>
  );
}
