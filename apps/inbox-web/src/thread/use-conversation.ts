import { useQuery } from '@tanstack/react-query';
import type { ConversationDetail } from '../api/types.ts';
import { conversationQuery } from '../list/prefetch.ts';
import { freshRows } from '../list/rows.ts';

/** One conversation, with whatever a push or the agent's own action changed since it was read. */
export function useConversation(id: string) {
  const query = useQuery(conversationQuery(id));
  const fresh = freshRows.use().get(id);
  const conversation: ConversationDetail | undefined =
    query.data && fresh && fresh.version >= query.data.version ? { ...query.data, ...fresh } : query.data;
  return { ...query, conversation };
}
