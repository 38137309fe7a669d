import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { randomUUID } from 'node:crypto';
import type { Clock } from '#libs/contracts';
import type { Collection, Store } from '#libs/store';
import { type LeaseDoc, leases as leasesDeclaration } from './collections/index.ts';

/** Milliseconds from somewhere in the past, only ever forward: what durations are measured with, whatever the clock does. */
export type Ticks = () => number;
export const systemTicks: Ticks = () => performance.now();

const REMEMBERED = 5000;

/**
 * Exclusive rights that end by themselves when their holder dies. A versioned write decides who gets one. No two clocks are
 * compared: a lease is over when whoever looks has seen it unrenewed for its whole length, by its own ticks.
 */
export class Leases {
  private readonly docs: Collection<LeaseDoc, never>;
  private readonly clock: Clock;
  private readonly ticks: Ticks;
  /** Since when a lease of others has stood at a version. */
  private readonly seen = new Map<string, { version: number; since: number }>();

  constructor(store: Store, clock: Clock, ticks: Ticks = systemTicks) {
    this.docs = store.collection(leasesDeclaration);
    this.clock = clock;
    this.ticks = ticks;
  }

  /** Takes or renews; true when `holder` has it for `ttlMs`, counted from the call. */
  async hold(name: string, holder: string, ttlMs: number): Promise<boolean> {
    const asked = this.ticks();
    const found = await this.docs.get(name);
    const wanted = { holder, ttlMs, expiresAt: this.clock.now() + ttlMs };
    if (found === undefined) return (await this.docs.insert({ _id: name, ...wanted })) === 'inserted';
    if (found.holder !== holder && !this.isOver(found, asked)) return false;
    return (await this.docs.replace({ ...found, ...wanted })) === 'replaced';
  }

  async release(name: string, holder: string): Promise<void> {
    const found = await this.docs.get(name);
    if (found?.holder === holder) await this.docs.replace({ ...found, expiresAt: 0 });
  }

  /** Whether somebody holds it, as far as one can tell by looking. */
  async held(name: string): Promise<boolean> {
    const asked = this.ticks();
    const found = await this.docs.get(name);
    return found !== undefined && !this.isOver(found, asked);
  }

  /** `asked`: before it was read, so that a renewal under way counts. */
  private isOver(lease: LeaseDoc, asked: number): boolean {
    if (lease.expiresAt === 0 || isGone(lease.holder)) return true;
    const seen = this.seen.get(lease._id);
    if (seen?.version === lease.version) return asked - seen.since >= lease.ttlMs;
    if (this.seen.size >= REMEMBERED) this.seen.clear();
    this.seen.set(lease._id, { version: lease.version, since: this.ticks() });
    return false;
  }
}

/** Names this process start: machine, pid namespace, pid and a random word, so that a restart is somebody else. */
export function processIdentity(): string {
  return `${machine()}/${process.pid}/${OWN_START}`;
}

const OWN_START = randomUUID().slice(0, 8);

function machine(): string {
  try {
    return `${hostname()}.${readlinkSync('/proc/self/ns/pid').replaceAll(/\D/g, '')}`;
  } catch {
    return hostname();
  }
}

/** A process of this very machine that has ended need not be waited for until its lease runs out. */
export function isGone(holder: string): boolean {
  const [where, pid, start] = holder.split('/');
  if (where !== machine() || pid === undefined) return false;
  if (Number(pid) === process.pid) return start !== OWN_START;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
