import type { AgentId, Clock, ConversationId } from '#libs/contracts';
import { agents, type AgentDoc, type Collection, type Store } from '#libs/store';
import { conflictPause } from '../lane/conflict-pause.ts';
import { KeyedMutex } from '../lane/keyed-mutex.ts';

/** Every conflict means that somebody else got through, so even a crowd of instances is served within these. */
const TRIES = 40;
const ONE_AT_A_TIME = 'slots';

/**
 * The slots of the agents: which conversations count against their capacity. Each change is a versioned write on the agent's
 * document, so any number of instances may make them; what is decided on an old version is decided again.
 */
export class Slots {
  private readonly agents: Collection<AgentDoc, 'all'>;
  /** Within a process the askers take turns: cheaper than to overwrite each other. Between processes the version decides. */
  private readonly turns = new KeyedMutex();

  constructor(
    store: Store,
    private readonly clock: Clock,
  ) {
    this.agents = store.collection(agents);
  }

  /** All agents that are known to the store. */
  async all(): Promise<AgentDoc[]> {
    return (await this.agents.query('all', {}, { limit: 1000 })).items;
  }

  /** `work` alone among the slot work of this process. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.turns.run(ONE_AT_A_TIME, work);
  }

  /**
   * A slot within the agent's capacity. Resolves to the reservation that stands: an older one where the conversation has a slot
   * there already; undefined when there is none to be had, or when somebody changed the agent meanwhile (then decide again).
   */
  async reserve(
    agentId: string,
    capacity: number,
    conversationId: ConversationId,
    reservation: string,
  ): Promise<string | undefined> {
    const doc = await this.agents.get(agentId as AgentId);
    if (doc === undefined) return undefined;
    const mine = doc.slots.find((slot) => slot.conversationId === conversationId);
    if (mine !== undefined) return mine.reservation;
    if (doc.slots.length >= capacity || doc.presence !== 'online') return undefined;
    const now = this.clock.now();
    const slots = [...doc.slots, { conversationId, reservation, since: now }];
    const outcome = await this.agents.replace({ ...doc, lastAssignedAt: now, slots });
    return outcome === 'replaced' ? reservation : undefined;
  }

  /** A slot for a person's own choice, over capacity if need be: people may, the router may not. */
  async take(agentId: string, conversationId: ConversationId, reservation: string): Promise<void> {
    await this.change(agentId, (doc) => {
      const mine = doc.slots.find((slot) => slot.conversationId === conversationId);
      if (mine?.reservation === reservation) return undefined;
      const others = doc.slots.filter((slot) => slot !== mine);
      return { ...doc, slots: [...others, { conversationId, reservation, since: mine?.since ?? this.clock.now() }] };
    });
  }

  /** Gives back the slot of this very reservation: one that was made since stays. */
  async release(agentId: string, conversationId: ConversationId, reservation: string): Promise<void> {
    await this.change(agentId, (doc) => {
      const slots = doc.slots.filter((s) => s.conversationId !== conversationId || s.reservation !== reservation);
      return slots.length === doc.slots.length ? undefined : { ...doc, slots };
    });
  }

  private change(agentId: string, to: (doc: AgentDoc) => AgentDoc | undefined): Promise<void> {
    return this.inTurn(() => this.changeNow(agentId, to));
  }

  private async changeNow(agentId: string, to: (doc: AgentDoc) => AgentDoc | undefined): Promise<void> {
    for (let i = 0; i < TRIES; i += 1) {
      const doc = await this.agents.get(agentId as AgentId);
      const next = doc === undefined ? undefined : to(doc);
      if (next === undefined || (await this.agents.replace(next)) === 'replaced') return;
      await conflictPause(i);
    }
    throw Object.assign(new Error(`the slots of ${agentId} are being changed by too many at once`), {
      name: 'TransientError',
    });
  }
}
