import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { api } from '../api/calls.ts';
import type { ConversationRow, View } from '../api/types.ts';
import { smallStore } from '../app/small-store.ts';
import { arrange, freshRows } from './rows.ts';

/** What the list shows now, in order: for next/previous from anywhere on the page. */
export const shownRows = smallStore<readonly ConversationRow[]>([]);
/** Whether the server has more of it than is loaded. */
export const moreBelow = smallStore(false);

const NONE: ConversationRow[] = [];

/** The list of one view: pages from the server, fresh rows laid over, order held while `hold` is true. */
export function useConversations(view: View, q: string, me: string, hold: boolean) {
  const query = useInfiniteQuery({
    queryKey: ['list', view, q],
    queryFn: ({ pageParam, signal }) => api.conversations(view, q, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  });
  const fresh = freshRows.use();
  const fetched = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? NONE, [query.data]);
  const [frozen, setFrozen] = useState<readonly string[]>();
  const place = `${view}|${q}`;
  const frozenPlace = useRef(place);

  const complete = query.data !== undefined && !query.hasNextPage;
  const shape = { fetched, fresh, view, me, searching: q !== '', complete };
  const active = hold && frozenPlace.current === place ? frozen : undefined;
  const arrangement = useMemo(
    () => arrange({ ...shape, frozen: active }),
    // The shape is made anew each time from exactly these
    [fetched, fresh, view, me, q, complete, active],
  );

  useEffect(() => shownRows.set(arrangement.rows), [arrangement]);
  useEffect(() => moreBelow.set(query.hasNextPage), [query.hasNextPage]);
  const ids = useRef<readonly string[]>([]);
  ids.current = arrangement.rows.map((row) => row.id);
  const loaded = query.data !== undefined;
  useEffect(() => {
    frozenPlace.current = place;
    setFrozen(hold && loaded ? ids.current : undefined);
  }, [hold, place, loaded]);

  return {
    ...arrangement,
    query,
    /** Lets the waiting arrivals in, under whatever the pointer is over: only on demand. */
    letIn() {
      setFrozen(arrange({ ...shape, frozen: undefined }).rows.map((row) => row.id));
    },
  };
}
