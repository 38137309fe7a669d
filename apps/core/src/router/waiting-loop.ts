import { type Bus, recordOf } from '#libs/bus';
import { type Clock, type Command, type CommandId, COMMANDS_TOPIC, uuidv5 } from '#libs/contracts';
import type { Logger, SeawayConfig } from '#libs/platform';
import { type AgentDoc, agents, conversations, type ConversationDoc, type Store } from '#libs/store';
import type { Duty } from '../duty/duty.ts';
import type { PresenceExpiry } from './presence-expiry.ts';
import type { SlotSweep } from './slot-sweep.ts';

const EVERY_MS = 2000;
const MINUTE_MS = 60_000;

export interface Housekeeping {
  slots: Pick<SlotSweep, 'sweep'>;
  presence: Pick<PresenceExpiry, 'expire'>;
  /** One instance looks for all. */
  duty: Pick<Duty, 'mine' | 'release'>;
}

/**
 * Conversations that wait in a queue are offered again when somebody could take them: an agent came online, a shift began, a
 * slot became free. It looks at the roster's state and asks only when that changed, or once a minute.
 */
export class WaitingLoop {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private lastRoster = '';
  private lastAskedAt = 0;
  private lastSweptAt = 0;
  private readonly conversations;
  private readonly agents;

  constructor(
    private readonly bus: Bus,
    store: Store,
    private readonly config: SeawayConfig,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly house: Housekeeping,
  ) {
    this.conversations = store.collection(conversations);
    this.agents = store.collection(agents);
  }

  start(): void {
    // One at a time, and none saved up while the store is slow.
    this.timer = setInterval(() => {
      this.running ??= this.look().finally(() => (this.running = undefined));
    }, EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
    await this.house.duty.release().catch(() => undefined);
  }

  async look(): Promise<void> {
    try {
      if (!(await this.house.duty.mine())) return;
      const now = this.clock.now();
      if (now - this.lastSweptAt >= MINUTE_MS) {
        await this.house.slots.sweep();
        this.lastSweptAt = now;
      }
      const roster = await this.house.presence.expire((await this.agents.query('all', {}, { limit: 1000 })).items);
      const state = roster.map((a) => `${a._id}:${a.presence}:${a.slots.length}`).join('|');
      const aMinutePassed = now - this.lastAskedAt >= MINUTE_MS;
      if (state === this.lastRoster && !aMinutePassed) return;
      this.lastRoster = state;
      // Whatever changed, nobody has room: shifts and the bot's hours are looked at with the minute.
      if (!aMinutePassed && !this.someRoom(roster)) return;
      this.lastAskedAt = now;
      await this.askAll(now);
    } catch (error) {
      this.logger.warn({ err: error }, 'waiting conversations could not be offered again; trying again');
    }
  }

  private someRoom(roster: readonly AgentDoc[]): boolean {
    const capacity = new Map(this.config.agents.map((agent) => [agent.id, agent.capacity]));
    return roster.some((doc) => doc.presence === 'online' && doc.slots.length < (capacity.get(doc._id) ?? 0));
  }

  private async askAll(now: number): Promise<void> {
    const ownerKeys = [...this.config.queues.map((q) => `queue:${q.id}`), 'nobody:'];
    const { items } = await this.conversations.query('byOwnerKind', { ownerKeys, status: 'open' }, { limit: 200 });
    const waiting = items.filter((c) => c.unread > 0 || c.owner.kind === 'queue').sort((a, b) => a.lastAt - b.lastAt);
    if (waiting.length > 0) await this.bus.publish(waiting.map((c) => recordOf(COMMANDS_TOPIC, c.key, ask(c, now))));
  }
}

/** Named after the version that waits: however many instances ask about it, it is offered once. */
const ask = ({ key, version }: Pick<ConversationDoc, 'key' | 'version'>, now: number): Command => ({
  type: 'timer',
  commandId: uuidv5('offer-again', key, String(version)) as CommandId,
  key,
  by: { kind: 'system', name: 'router' },
  at: now,
  timerId: 'offer-again',
  what: 'route',
  data: {},
});
