import type { Clock } from '#libs/contracts';
import type { Leases, Ticks } from '../leases.ts';
import type { Alarm } from './alarm.ts';

const TTL_MS = 8000;
const RENEW_MS = 2000;
/** A call begun this long before the lease could be taken is still ours. */
const MARGIN_MS = 1000;

/**
 * Tells the other processes that this one lives, so that they know whose rows are nobody's any more. A process that was
 * stopped for longer than the lease lasts and finds it taken comes back under another name: what it was in charge of is not
 * its own any more.
 */
export class Presence {
  private cancel: () => void = () => undefined;
  private readonly leases: Leases;
  private readonly alarm: Alarm;
  private readonly clock: Clock;
  private readonly ticks: Ticks;
  private readonly base: string;
  private readonly channel: string;
  private readonly onLost: () => void;
  private epoch = 0;
  private asked: { ticks: number; wall: number } | undefined;
  private renewing: Promise<void> | undefined;

  constructor(options: {
    leases: Leases;
    alarm: Alarm;
    clock: Clock;
    ticks: Ticks;
    self: string;
    channel: string;
    /** Everything that was in charge of this process belongs to another one now. */
    onLost: () => void;
  }) {
    this.leases = options.leases;
    this.alarm = options.alarm;
    this.clock = options.clock;
    this.ticks = options.ticks;
    this.base = options.self;
    this.channel = options.channel;
    this.onLost = options.onLost;
  }

  /** Who this process is, in claims. */
  get self(): string {
    return this.epoch === 0 ? this.base : `${this.base}/${this.epoch}`;
  }

  async start(): Promise<void> {
    await this.renew();
    this.again();
  }

  /**
   * Whether nobody can have taken this process for dead yet. Asks no one: ticks since the last renewal, and the clock too,
   * because ticks stand still while a machine sleeps.
   */
  sure(): boolean {
    if (this.asked === undefined) return false;
    const lasts = TTL_MS - MARGIN_MS;
    return this.ticks() - this.asked.ticks < lasts && this.clock.now() - this.asked.wall < lasts;
  }

  /** Makes sure, by asking the store. What was read before may be somebody else's now. */
  confirm(): Promise<void> {
    return this.renew();
  }

  /** Becomes the heir of a process that is gone, or stays it; false while it lives or another one inherits. */
  inherit(instance: string): Promise<boolean> {
    return this.leases.hold(this.nameOf(instance), this.self, TTL_MS);
  }

  async stop(): Promise<void> {
    this.cancel();
    await this.leases.release(this.nameOf(this.self), this.self).catch(() => undefined);
  }

  private renew(): Promise<void> {
    return (this.renewing ??= this.holdOwn().finally(() => (this.renewing = undefined)));
  }

  private async holdOwn(): Promise<void> {
    const asked = { ticks: this.ticks(), wall: this.clock.now() };
    // Twice, since a first write whose answer was lost looks like somebody else's.
    while (!((await this.hold()) || (await this.hold()))) {
      this.epoch += 1;
      this.onLost();
    }
    this.asked = asked;
  }

  private hold(): Promise<boolean> {
    return this.leases.hold(this.nameOf(this.self), this.self, TTL_MS);
  }

  /** A process with several channels is present in each by itself. */
  private nameOf(instance: string): string {
    return `instance:${this.channel}:${instance}`;
  }

  private again(): void {
    this.cancel = this.alarm.set(this.clock.now() + RENEW_MS, () => {
      this.renew().then(
        () => this.again(),
        () => this.again(),
      );
    });
  }
}
