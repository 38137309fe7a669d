import type { Clock } from '#libs/contracts';
import { agents, type Collection, type AgentDoc, conversations, type Store } from '#libs/store';
import type { Router } from './router.ts';

/** A reservation younger than this may still be on its way to its conversation. */
const SETTLED_MS = 60_000;

/**
 * Gives back slots that nothing stands behind any more: a reservation whose `assign` was refused, or that a crash left while
 * somebody else got the conversation.
 */
export class SlotSweep {
  private readonly agents: Collection<AgentDoc, 'all'>;
  private readonly conversations;

  constructor(
    store: Store,
    private readonly router: Router,
    private readonly clock: Clock,
  ) {
    this.agents = store.collection(agents);
    this.conversations = store.collection(conversations);
  }

  /** Resolves to the number of slots given back. */
  async sweep(): Promise<number> {
    const { items } = await this.agents.query('all', {}, { limit: 1000 });
    const settledBefore = this.clock.now() - SETTLED_MS;
    let released = 0;
    for (const agent of items) {
      const settled = agent.slots.filter((slot) => slot.since < settledBefore);
      if (settled.length === 0) continue;
      const owned = await this.conversations.getMany(settled.map((slot) => slot.conversationId));
      const stillMine = new Set(
        owned.filter((c) => c.owner.kind === 'agent' && c.owner.id === agent._id).map((c) => c._id),
      );
      for (const slot of settled.filter((s) => !stillMine.has(s.conversationId))) {
        await this.router.release(agent._id, slot.conversationId);
        released += 1;
      }
    }
    return released;
  }
}
