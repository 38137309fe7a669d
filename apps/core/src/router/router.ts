import { type Command, type CommandId, type ConversationId, COMMANDS_TOPIC, type Clock, uuidv5 } from '#libs/contracts';
import { type Bus, recordOf } from '#libs/bus';
import type { SeawayConfig } from '#libs/platform';
import { assign, chooseQueue, type AgentState, type Decision } from '#libs/routing';
import { type AgentDoc, type Collection, seen, type SeenDoc, type Store } from '#libs/store';
import type { RouteRequest } from '../effects/effect.ts';
import { conflictPause } from '../lane/conflict-pause.ts';
import { Slots } from './slots.ts';

const TRIES = 40;

/** Who answers, and where it rests on a slot, the reservation of it. */
type Choice = Decision & { queueId: string; reservation?: string };

/**
 * Finds who answers a conversation. Capacity spans conversations, so the router reserves a slot by a versioned write on the
 * agent's document and then commands `assign` with that reservation; a refusal, a close or the sweep gives it back.
 */
export class Router {
  private readonly seen: Collection<SeenDoc, 'old'>;
  private readonly slots: Slots;

  constructor(
    private readonly bus: Bus,
    store: Store,
    private readonly config: SeawayConfig,
    private readonly clock: Clock,
  ) {
    this.seen = store.collection(seen);
    this.slots = new Slots(store, clock);
  }

  /**
   * Idempotent: the command's id and the reservation follow from the request's id. `again`: the request was left over by a crash
   * or another instance, so it may have been answered already.
   */
  async route(request: RouteRequest, again = false): Promise<void> {
    const commandId = uuidv5('assign', request.id) as CommandId;
    if (again && (await this.seen.get(commandId)) !== undefined) return;
    const choice = await this.slots.inTurn(() => this.choose(request, commandId));
    await this.bus.publish([recordOf(COMMANDS_TOPIC, request.key, this.command(request, choice, commandId))]);
  }

  /** Takes a slot for a person's own choice, over capacity if need be: people may, the router may not. */
  take(agentId: string, conversationId: ConversationId, reservation: string): Promise<void> {
    return this.slots.take(agentId, conversationId, reservation);
  }

  release(agentId: string, conversationId: ConversationId, reservation: string): Promise<void> {
    return this.slots.release(agentId, conversationId, reservation);
  }

  private async choose(request: RouteRequest, reservation: string): Promise<Choice> {
    const conversationId = request.conversationId as ConversationId;
    for (let i = 0; i < TRIES; i += 1) {
      const decision = await this.decide(request, reservation);
      if (decision.to.kind !== 'agent') return decision;
      const { id } = decision.to;
      const held = await this.slots.reserve(id, this.capacityOf(id), conversationId, reservation);
      if (held !== undefined) return { ...decision, reservation: held };
      await conflictPause(i);
    }
    throw Object.assign(new Error(`no slot could be reserved in ${TRIES} tries`), { name: 'TransientError' });
  }

  private async decide(request: RouteRequest, reservation: string): Promise<Decision & { queueId: string }> {
    const live = new Map((await this.slots.all()).map((doc) => [doc._id as string, doc]));
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
      agents: this.config.agents.map((agent) => stateOf(agent, live.get(agent.id))),
      bot: this.config.bot,
    });
    // A slot reserved before a crash stands; a second one elsewhere would be nobody's.
    const holder = [...live.values()].find((doc) => doc.slots.some((slot) => slot.reservation === reservation));
    return holder === undefined
      ? { ...decision, queueId }
      : { ...decision, to: { kind: 'agent', id: holder._id }, reason: 'a slot is reserved', queueId };
  }

  private capacityOf(agentId: string): number {
    return this.config.agents.find((agent) => agent.id === agentId)?.capacity ?? 0;
  }

  private command(request: RouteRequest, choice: Choice, commandId: CommandId): Command {
    const { to } = choice;
    const name =
      to.kind === 'agent'
        ? this.config.agents.find((a) => a.id === to.id)?.name
        : to.kind === 'bot'
          ? this.config.bot.name
          : this.config.queues.find((q) => q.id === to.id)?.name;
    return {
      type: 'assign',
      commandId,
      key: request.key,
      by: { kind: 'system', name: 'router' },
      at: this.clock.now(),
      to: {
        kind: to.kind,
        id: to.id,
        ...(name === undefined ? {} : { name }),
        ...(to.kind === 'queue' && to.opensAt !== undefined ? { opensAt: to.opensAt } : {}),
      },
      reason: choice.reason,
      queueId: choice.queueId as never,
      ...(choice.reservation === undefined ? {} : { reservation: choice.reservation }),
      considered: choice.considered.map((one) => ({ ...one })),
    };
  }
}

function stateOf(agent: SeawayConfig['agents'][number], doc: AgentDoc | undefined): AgentState {
  return {
    ...agent,
    presence: doc?.presence ?? 'offline',
    slotsUsed: doc?.slots.length ?? 0,
    ...(doc === undefined ? {} : { idleSince: doc.lastAssignedAt }),
  };
}
