import type { Clock } from '#libs/contracts';
import { gauge, type Logger } from '#libs/platform';
import { conversations, type Store } from '#libs/store';
import type { Duty } from '../duty/duty.ts';
import type { Lane } from './lane.ts';

const EVERY_MS = 1000;
/** Effects older than this were left over by a crash; younger ones are being performed. */
const OLD_MS = 5000;

const residue = gauge('seaway_effects_residue', 'Conversations whose effects nobody performed within 5 s, at most 100');
const oldestSeconds = gauge('seaway_effects_oldest_seconds', 'Age of the oldest effects that nobody performed');

/**
 * Finds conversations with effects that nobody performed, and has their lanes finish them. One instance sweeps for all; two at
 * once are harmless, since effects are idempotent.
 */
export class Sweeper {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private readonly conversations;

  constructor(
    store: Store,
    private readonly lane: Lane,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly duty: Pick<Duty, 'mine' | 'release'>,
  ) {
    this.conversations = store.collection(conversations);
  }

  start(): void {
    // One at a time, and none saved up while the store is slow.
    this.timer = setInterval(() => {
      this.running ??= this.sweep().finally(() => (this.running = undefined));
    }, EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
    await this.duty.release().catch(() => undefined);
  }

  async sweep(): Promise<void> {
    try {
      if (!(await this.duty.mine())) return;
      const { items } = await this.conversations.query(
        'pendingBefore',
        { before: this.clock.now() - OLD_MS },
        { limit: 100 },
      );
      residue.set(items.length);
      const oldest = items[0]?.pendingSince;
      oldestSeconds.set(typeof oldest === 'number' ? (this.clock.now() - oldest) / 1000 : 0);
      await Promise.all(items.map((doc) => this.lane.finish(doc.key)));
    } catch (error) {
      this.logger.warn({ err: error }, 'left-over effects could not be finished; trying again in a second');
    }
  }
}
