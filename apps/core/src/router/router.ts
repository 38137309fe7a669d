import {
  type Command,
  type CommandId,
  type ConversationId,
  type AgentId,
  COMMANDS_TOPIC,
  type Clock,
  uuidv5,
} from '#libs/contracts';
import { type Bus, recordOf } from '#libs/bus';
import type { SeawayConfig } from '#libs/platform';
import { assign, chooseQueue, type AgentState, type Decision } from '#libs/routing';
import { agents, type AgentDoc, type Collection, type Store } from '#libs/store';
import type { RouteRequest } from '../effects/effect.ts';
import { KeyedMutex } from '../lane/keyed-mutex.ts';

const TRIES = 8;
const SLOTS = 'slots';

/**
 * Finds who answers a conversation. Capacity spans conversations, so the router reserves a slot by a versioned write on the
 * agent's document and then commands `assign` with that reservation; a refusal, a close or the sweep gives it back.
 */
export class Router {
  private readonly agents: Collection<AgentDoc, 'all'>;
  /** Many conversations want a slot at once: within this process they take turns instead of overwriting each other. */
  private readonly turns = new KeyedMutex();

  constructor(
    private readonly bus: Bus,
    store: Store,
    private readonly config: SeawayConfig,
    private readonly clock: Clock,
  ) {
    this.agents = store.collection(agents);
  }

  /** Idempotent: the command's id and the reservation follow from the request's id. */
  async route(request: RouteRequest): Promise<void> {
    const reservation = uuidv5('reservation', request.id);
    const decision = await this.turns.run(SLOTS, () => this.reserveSomebody(request, reservation));
    await this.bus.publish([recordOf(COMMANDS_TOPIC, request.key, this.command(request, decision, reservation))]);
  }

  /** Takes a slot for a person's own choice, over capacity if need be: people may, the router may not. */
  async take(agentId: string, conversationId: ConversationId, reservation: string): Promise<void> {
    await this.change(agentId, (doc) =>
      doc.slots.some((s) => s.conversationId === conversationId)
        ? undefined
        : { ...doc, slots: [...doc.slots, { conversationId, reservation, since: this.clock.now() }] },
    );
  }

  async release(agentId: string, conversationId: ConversationId): Promise<void> {
    await this.change(agentId, (doc) => {
      const slots = doc.slots.filter((s) => s.conversationId !== conversationId);
      return slots.length === doc.slots.length ? undefined : { ...doc, slots };
    });
  }

  private async reserveSomebody(request: RouteRequest, reservation: string): Promise<Decision & { queueId: string }> {
    for (let i = 0; i < TRIES; i += 1) {
      const decision = await this.decide(request);
      if (
        decision.to.kind !== 'agent' ||
        (await this.reserve(decision.to.id, request.conversationId as ConversationId, reservation))
      )
        return decision;
    }
    throw Object.assign(new Error(`no slot could be reserved in ${TRIES} tries`), { name: 'TransientError' });
  }

  private async decide(request: RouteRequest): Promise<Decision & { queueId: string }> {
    const { items } = await this.agents.query('all', {}, { limit: 1000 });
    const live = new Map(items.map((doc) => [doc._id as string, doc]));
    const states: AgentState[] = this.config.agents.map((agent) => {
      const doc = live.get(agent.id);
      return {
        ...agent,
        presence: doc?.presence ?? 'offline',
        slotsUsed: doc?.slots.length ?? 0,
        ...(doc === undefined ? {} : { idleSince: doc.lastAssignedAt }),
      };
    });
    const chosen = chooseQueue(this.config.queues, {
      region: request.region,
      lang: request.lang,
      channel: request.channel,
      topics: request.topics,
    });
    const queueId = request.queueId ?? chosen?.queue.id ?? this.config.queues[0]!.id;
    const decision = assign({
      now: this.clock.now(),
      conversation: {
        lang: request.lang,
        region: request.region,
        channel: request.channel,
        queueId,
        topics: request.topics,
        previousAgentId: request.previousAgentId,
        botAllowed: request.botAllowed && this.config.bot.enabled,
      },
      agents: states,
      bot: this.config.bot,
    });
    return { ...decision, queueId };
  }

  private async reserve(agentId: string, conversationId: ConversationId, reservation: string): Promise<boolean> {
    const capacity = this.config.agents.find((a) => a.id === agentId)?.capacity ?? 0;
    const doc = await this.agents.get(agentId as AgentId);
    if (doc === undefined) return false;
    if (doc.slots.some((s) => s.conversationId === conversationId)) return true;
    if (doc.slots.length >= capacity || doc.presence !== 'online') return false;
    const now = this.clock.now();
    return (
      (await this.agents.replace({
        ...doc,
        lastAssignedAt: now,
        slots: [...doc.slots, { conversationId, reservation, since: now }],
      })) === 'replaced'
    );
  }

  private change(agentId: string, to: (doc: AgentDoc) => AgentDoc | undefined): Promise<void> {
    return this.turns.run(SLOTS, () => this.changeNow(agentId, to));
  }

  private async changeNow(agentId: string, to: (doc: AgentDoc) => AgentDoc | undefined): Promise<void> {
    for (let i = 0; i < TRIES; i += 1) {
      const doc = await this.agents.get(agentId as AgentId);
      const next = doc === undefined ? undefined : to(doc);
      if (next === undefined || (await this.agents.replace(next)) === 'replaced') return;
    }
    throw Object.assign(new Error(`the slots of ${agentId} are being changed by too many at once`), {
      name: 'TransientError',
    });
  }

  private command(request: RouteRequest, decision: Decision & { queueId: string }, reservation: string): Command {
    const { to } = decision;
    const name =
      to.kind === 'agent'
        ? this.config.agents.find((a) => a.id === to.id)?.name
        : to.kind === 'bot'
          ? this.config.bot.name
          : this.config.queues.find((q) => q.id === to.id)?.name;
    return {
      type: 'assign',
      commandId: uuidv5('assign', request.id) as CommandId,
      key: request.key,
      by: { kind: 'system', name: 'router' },
      at: this.clock.now(),
      to: {
        kind: to.kind,
        id: to.id,
        ...(name === undefined ? {} : { name }),
        ...(to.kind === 'queue' && to.opensAt !== undefined ? { opensAt: to.opensAt } : {}),
      },
      reason: decision.reason,
      queueId: decision.queueId as never,
      ...(to.kind === 'agent' ? { reservation } : {}),
      considered: decision.considered.map((one) => ({ ...one })),
    };
  }
}
