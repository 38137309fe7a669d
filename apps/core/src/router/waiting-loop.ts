import { type Bus, recordOf } from '#libs/bus';
import { type Clock, type Command, type CommandId, COMMANDS_TOPIC, uuidv5 } from '#libs/contracts';
import type { Logger, SeawayConfig } from '#libs/platform';
import { agents, conversations, type Store } from '#libs/store';
import type { SlotSweep } from './slot-sweep.ts';

const EVERY_MS = 2000;

/**
 * Conversations that wait in a queue are offered again when somebody could take them: an agent came online, a shift began, a
 * slot became free. It looks at the roster's state and asks only when that changed, or once a minute.
 */
export class WaitingLoop {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private lastRoster = '';
  private lastAskedAt = 0;
  private readonly conversations;
  private readonly agents;

  constructor(
    private readonly bus: Bus,
    store: Store,
    private readonly config: SeawayConfig,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly slots: Pick<SlotSweep, 'sweep'>,
  ) {
    this.conversations = store.collection(conversations);
    this.agents = store.collection(agents);
  }

  start(): void {
    this.timer = setInterval(() => {
      this.running = this.running.then(() => this.look());
    }, EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  async look(): Promise<void> {
    try {
      const now = this.clock.now();
      const { items: roster } = await this.agents.query('all', {}, { limit: 1000 });
      const state = roster.map((a) => `${a._id}:${a.presence}:${a.slots.length}`).join('|');
      if (state === this.lastRoster && now - this.lastAskedAt < 60_000) return;
      if (now - this.lastAskedAt >= 60_000) await this.slots.sweep();
      this.lastRoster = state;
      this.lastAskedAt = now;
      const ownerKeys = [...this.config.queues.map((q) => `queue:${q.id}`), 'nobody:'];
      const { items } = await this.conversations.query('byOwnerKind', { ownerKeys, status: 'open' }, { limit: 200 });
      const waiting = items.filter((c) => c.unread > 0 || c.owner.kind === 'queue').sort((a, b) => a.lastAt - b.lastAt);
      if (waiting.length > 0)
        await this.bus.publish(waiting.map((c) => recordOf(COMMANDS_TOPIC, c.key, ask(c.key, now))));
    } catch (error) {
      this.logger.warn({ err: error }, 'waiting conversations could not be offered again; trying again');
    }
  }
}

const ask = (key: Command['key'], now: number): Command => ({
  type: 'timer',
  commandId: uuidv5('offer-again', key, String(now)) as CommandId,
  key,
  by: { kind: 'system', name: 'router' },
  at: now,
  timerId: 'offer-again',
  what: 'route',
  data: {},
});
