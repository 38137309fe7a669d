import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { randomUUID } from 'node:crypto';
import type { Clock } from '#libs/contracts';
import type { Collection, Store } from '#libs/store';
import { type LeaseDoc, leases as leasesDeclaration } from './collections/index.ts';

/** Exclusive rights that end by themselves when their holder dies. A versioned write decides who gets one. */
export class Leases {
  private readonly docs: Collection<LeaseDoc, never>;
  private readonly clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.docs = store.collection(leasesDeclaration);
    this.clock = clock;
  }

  /** Takes or renews; true when `holder` has it until now + `ttlMs`. */
  async hold(name: string, holder: string, ttlMs: number): Promise<boolean> {
    const now = this.clock.now();
    const found = await this.docs.get(name);
    if (found === undefined) {
      return (await this.docs.insert({ _id: name, holder, expiresAt: now + ttlMs })) === 'inserted';
    }
    if (found.holder !== holder && found.expiresAt > now && !isGone(found.holder)) return false;
    return (await this.docs.replace({ ...found, holder, expiresAt: now + ttlMs })) === 'replaced';
  }

  async release(name: string, holder: string): Promise<void> {
    const found = await this.docs.get(name);
    if (found?.holder === holder) await this.docs.replace({ ...found, expiresAt: 0 });
  }

  /** Whether somebody holds it now. */
  async held(name: string): Promise<boolean> {
    const found = await this.docs.get(name);
    return found !== undefined && found.expiresAt > this.clock.now() && !isGone(found.holder);
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
function isGone(holder: string): boolean {
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
