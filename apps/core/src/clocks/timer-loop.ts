import { type Bus, recordOf } from '#libs/bus';
import { type Clock, type Command, type CommandId, COMMANDS_TOPIC, uuidv5 } from '#libs/contracts';
import type { Logger } from '#libs/platform';
import { type Collection, type Store, type TimerDoc, timers } from '#libs/store';

const LONGEST_SLEEP_MS = 1000;
/** An instance that was paused for longer fires a second time; the command's id makes that harmless. */
const LEASE_MS = 30_000;
const PAGE = 200;

/** Turns due timers into commands under their conversation's key. Each fires once: leased, published, deleted. */
export class TimerLoop {
  private timer: NodeJS.Timeout | undefined;
  private stopped = true;
  private running: Promise<void> = Promise.resolve();
  private readonly timers: Collection<TimerDoc, 'due'>;

  constructor(
    private readonly bus: Bus,
    store: Store,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    this.timers = store.collection(timers);
  }

  start(): void {
    this.stopped = false;
    this.sleep(0);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** A timer was stored: wake earlier if it is due before the next look. */
  noted = (dueAt: number): void => {
    const wait = dueAt - this.clock.now();
    if (!this.stopped && wait < LONGEST_SLEEP_MS) this.sleep(Math.max(0, wait));
  };

  private sleep(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.running = this.fireDue().finally(() => {
        if (!this.stopped) this.sleep(LONGEST_SLEEP_MS);
      });
    }, ms);
  }

  async fireDue(): Promise<void> {
    try {
      let after: string | undefined;
      do {
        const now = this.clock.now();
        const page = await this.timers.query(
          'due',
          { before: now },
          { limit: PAGE, ...(after === undefined ? {} : { after }) },
        );
        await Promise.all(page.items.filter((doc) => doc.leaseUntil <= now).map((doc) => this.fire(doc, now)));
        after = page.next;
      } while (after !== undefined && !this.stopped);
    } catch (error) {
      this.logger.warn({ err: error }, 'due timers could not be fired; trying again in a second');
    }
  }

  private async fire(doc: TimerDoc, now: number): Promise<void> {
    if ((await this.timers.replace({ ...doc, leaseUntil: now + LEASE_MS })) === 'conflict') return;
    const command: Command = {
      type: 'timer',
      commandId: uuidv5('timer', doc._id, String(doc.dueAt)) as CommandId,
      key: doc.key,
      by: { kind: 'system', name: 'clock' },
      at: now,
      timerId: doc._id,
      what: doc.what as 'clock-warn',
      data: doc.data,
    };
    await this.bus.publish([recordOf(COMMANDS_TOPIC, doc.key, command)]);
    await this.timers.delete(doc._id);
  }
}
