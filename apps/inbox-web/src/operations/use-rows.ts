import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { queryClient } from '../api/query-client.ts';

/** How often a list is asked for again while the page is looked at (milliseconds). */
const FRESH_MS = 4000;
/** What an action changes is decided elsewhere: the list is asked once more when that is likely done. */
const SETTLED_MS = 600;

type Fetch<T> = (after: string | undefined, signal: AbortSignal) => Promise<{ items: T[]; next?: string | undefined }>;

/** A list of the operators' page: pages from the server, kept fresh. */
export function useRows<T>(name: string, filter: object, fetch: Fetch<T>) {
  const query = useInfiniteQuery({
    queryKey: ['operations', name, filter],
    queryFn: ({ pageParam, signal }) => fetch(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    refetchInterval: FRESH_MS,
    staleTime: 0,
  });
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items), [query.data]);
  return { ...query, rows };
}

export function operationsChanged(): void {
  const ask = () => void queryClient.invalidateQueries({ queryKey: ['operations'] });
  ask();
  window.setTimeout(ask, SETTLED_MS);
}
