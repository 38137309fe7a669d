import { type QueryFunctionContext, useQuery } from '@tanstack/react-query';
import { api } from '../api/calls.ts';
import { queryClient } from '../api/query-client.ts';
import type { TimelineEntry, TimelinePage } from '../api/types.ts';

/** What is loaded of one thread: oldest first, without gaps; `next` leads to what is older. */
export interface Timeline {
  entries: TimelineEntry[];
  next: string | undefined;
}

const MAX_PAGES = 12;
/** Entries that a push named and that were not fetched since, by conversation. */
const stale = new Map<string, Set<string>>();

export const timelineKey = (id: string) => ['timeline', id] as const;

/** Marks a thread to be read again from its newest end down to `messageIds`. */
export function timelineChanged(id: string, messageIds: readonly string[]): void {
  const known = stale.get(id) ?? new Set<string>();
  for (const messageId of messageIds) known.add(messageId);
  stale.set(id, known);
  void queryClient.invalidateQueries({ queryKey: timelineKey(id) });
}

export function mergeEntries(before: readonly TimelineEntry[], fetched: readonly TimelineEntry[]): TimelineEntry[] {
  const byId = new Map(before.map((entry) => [entry.id, entry]));
  for (const entry of fetched) byId.set(entry.id, entry);
  return [...byId.values()].sort((a, b) => a.position - b.position || a.seq - b.seq || a.at - b.at);
}

async function readNewest({
  queryKey,
  signal,
}: QueryFunctionContext<ReturnType<typeof timelineKey>>): Promise<Timeline> {
  const id = queryKey[1];
  const before = queryClient.getQueryData<Timeline>(queryKey);
  const known = new Set(before?.entries.map((entry) => entry.id));
  const wanted = new Set([...(stale.get(id) ?? [])].filter((messageId) => known.has(messageId)));
  stale.delete(id);

  const fetched: TimelineEntry[] = [];
  let page: TimelinePage = await api.timeline(id, undefined, signal);
  let meets = false;
  for (let n = 1; ; n += 1) {
    fetched.push(...page.items);
    for (const entry of page.items) wanted.delete(entry.id);
    meets ||= page.items.some((entry) => known.has(entry.id));
    const enough = before === undefined || (meets && wanted.size === 0);
    if (enough || page.next === undefined || n >= MAX_PAGES) break;
    page = await api.timeline(id, page.next, signal);
  }
  // Older pages may have been added while this one was on its way: what is there now counts, not what was there then.
  const now = queryClient.getQueryData<Timeline>(queryKey);
  if (now === undefined || !meets) return { entries: mergeEntries([], fetched), next: page.next };
  return { entries: mergeEntries(now.entries, fetched), next: now.next };
}

export const timelineQuery = (id: string) => ({ queryKey: timelineKey(id), queryFn: readNewest });

export const useTimeline = (id: string) => useQuery(timelineQuery(id));

const loading = new Set<string>();

/** Adds the next older page; does nothing while one is on its way or when there is none. */
export async function loadOlder(id: string): Promise<void> {
  const key = timelineKey(id);
  const next = queryClient.getQueryData<Timeline>(key)?.next;
  if (next === undefined || loading.has(id)) return;
  loading.add(id);
  try {
    const page = await api.timeline(id, next);
    queryClient.setQueryData<Timeline>(key, (now) =>
      now && now.next === next ? { entries: mergeEntries(now.entries, page.items), next: page.next } : now,
    );
  } finally {
    loading.delete(id);
  }
}
