import type { Leases } from '../leases.ts';
import type { Alarm } from './alarm.ts';
import type { Clock } from '#libs/contracts';

const TTL_MS = 15_000;
const RENEW_MS = 5000;

/** Tells the other processes that this one lives, so that they know whose claims are nobody's any more. */
export class Presence {
  private cancel: () => void = () => undefined;
  private readonly leases: Leases;
  private readonly alarm: Alarm;
  private readonly clock: Clock;
  /** Who this process is, in claims. */
  readonly self: string;

  constructor(options: { leases: Leases; alarm: Alarm; clock: Clock; self: string }) {
    this.leases = options.leases;
    this.alarm = options.alarm;
    this.clock = options.clock;
    this.self = options.self;
  }

  async start(): Promise<void> {
    await this.leases.hold(`instance:${this.self}`, this.self, TTL_MS);
    this.again();
  }

  alive(instance: string): Promise<boolean> {
    return instance === this.self ? Promise.resolve(true) : this.leases.held(`instance:${instance}`);
  }

  async stop(): Promise<void> {
    this.cancel();
    await this.leases.release(`instance:${this.self}`, this.self).catch(() => undefined);
  }

  private again(): void {
    this.cancel = this.alarm.set(this.clock.now() + RENEW_MS, () => {
      this.leases.hold(`instance:${this.self}`, this.self, TTL_MS).then(
        () => this.again(),
        () => this.again(),
      );
    });
  }
}
