import type { Clock } from '#libs/contracts';
import { agents, type AgentDoc, type Collection, conversations, seen, type SeenDoc, type Store } from '#libs/store';
import type { Router } from './router.ts';

/** A reservation younger than this may still be on its way to its conversation. */
const SETTLED_MS = 60_000;
/** Older than this it is on no way any more, whatever became of its command. */
const LOST_MS = 3_600_000;

/**
 * Gives back slots that nothing stands behind any more: a reservation whose `assign` was refused, or that a crash left while
 * somebody else got the conversation. One whose `assign` still waits in a long queue of commands is left alone.
 */
export class SlotSweep {
  private readonly agents: Collection<AgentDoc, 'all'>;
  private readonly seen: Collection<SeenDoc, 'old'>;
  private readonly conversations;

  constructor(
    store: Store,
    private readonly router: Pick<Router, 'release'>,
    private readonly clock: Clock,
  ) {
    this.agents = store.collection(agents);
    this.seen = store.collection(seen);
    this.conversations = store.collection(conversations);
  }

  /** Resolves to the number of slots given back. Several instances may sweep at once: each slot goes by its reservation. */
  async sweep(): Promise<number> {
    const { items } = await this.agents.query('all', {}, { limit: 1000 });
    const now = this.clock.now();
    let released = 0;
    for (const agent of items) {
      const old = agent.slots.filter((slot) => slot.since < now - SETTLED_MS);
      if (old.length === 0) continue;
      // What was decided is asked before who owns: an assign that is decided in between shows in the owner.
      const decided = new Set((await this.seen.getMany(old.map((slot) => slot.reservation))).map((doc) => doc._id));
      const owned = await this.conversations.getMany(old.map((slot) => slot.conversationId));
      const stillMine = new Set(
        owned.filter((c) => c.owner.kind === 'agent' && c.owner.id === agent._id).map((c) => c._id),
      );
      const idle = old.filter(
        (slot) => !stillMine.has(slot.conversationId) && (decided.has(slot.reservation) || slot.since < now - LOST_MS),
      );
      for (const slot of idle) await this.router.release(agent._id, slot.conversationId, slot.reservation);
      released += idle.length;
    }
    return released;
  }
}
