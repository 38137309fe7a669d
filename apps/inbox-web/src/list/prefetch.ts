import { api } from '../api/calls.ts';
import { queryClient } from '../api/query-client.ts';
import { timelineQuery } from '../thread/timeline.ts';

export const conversationQuery = (id: string) => ({
  queryKey: ['conversation', id] as const,
  queryFn: ({ signal }: { signal: AbortSignal }) => api.conversation(id, signal),
});

/** Reads what opening a conversation will need, so that opening it is immediate. */
export function prefetchConversation(id: string): void {
  void queryClient.prefetchQuery(conversationQuery(id));
  void queryClient.prefetchQuery(timelineQuery(id));
}
