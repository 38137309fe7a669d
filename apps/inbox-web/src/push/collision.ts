import { smallStore } from '../app/small-store.ts';

export interface Colleague {
  agentId: string;
  name: string;
  doing: 'viewing' | 'typing';
}

/** Who else has a conversation open, by conversation. */
export const colleagues = smallStore<ReadonlyMap<string, readonly Colleague[]>>(new Map());
const TYPING_LASTS = 8000;
const timers = new Map<string, number>();

export function colleagueDid(
  conversationId: string,
  agentId: string,
  name: string,
  doing: Colleague['doing'] | 'left',
): void {
  colleagues.set((before) => {
    const others = (before.get(conversationId) ?? []).filter((each) => each.agentId !== agentId);
    const next = new Map(before);
    next.set(conversationId, doing === 'left' ? others : [...others, { agentId, name, doing }]);
    return next;
  });
  const key = `${conversationId}|${agentId}`;
  window.clearTimeout(timers.get(key));
  timers.delete(key);
  if (doing !== 'typing') return;
  timers.set(
    key,
    window.setTimeout(() => colleagueDid(conversationId, agentId, name, 'viewing'), TYPING_LASTS),
  );
}
