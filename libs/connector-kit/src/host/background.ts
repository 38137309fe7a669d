import { setTimeout as pause } from 'node:timers/promises';
import type { ConnectorLog } from '../connector.ts';
import type { Leases } from '../leases.ts';

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
const LEASE_MS = 30_000;
const RENEW_MS = 10_000;

/** Runs until it succeeds once or `signal` aborts; pauses grow between tries. */
export async function untilDone(
  what: string,
  run: () => Promise<void>,
  signal: AbortSignal,
  log: ConnectorLog,
): Promise<void> {
  for (let tries = 0; !signal.aborted; tries += 1) {
    try {
      await run();
      return;
    } catch (error) {
      if (signal.aborted) return;
      // Once is no news: the other side may still be starting, as in the demo, where it is this very process.
      const tell = tries === 0 ? log.info.bind(log) : log.warn.bind(log);
      tell({ err: error, what, tries: tries + 1 }, 'this did not succeed yet; it is tried again');
      await rest(Math.min(FIRST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS), signal);
    }
  }
}

export interface SessionOptions {
  /** Name of the lease. */
  name: string;
  /** Who holds it. */
  holder: string;
  leases: Leases;
  run: (signal: AbortSignal) => Promise<void>;
  signal: AbortSignal;
  log: ConnectorLog;
}

/** Keeps a connection open while this process has the lease: never twice at once, and again when it breaks. */
export async function keepSession(options: SessionOptions): Promise<void> {
  const { name, holder, leases, signal, log } = options;
  for (let tries = 0; !signal.aborted;) {
    const has = await leases.hold(name, holder, LEASE_MS).catch(() => false);
    if (!has) {
      await rest(RENEW_MS, signal);
      continue;
    }
    const started = performance.now();
    await underLease(options).catch((error: unknown) => {
      if (!signal.aborted) log.warn({ err: error, session: name }, 'a session broke off; it is opened again');
    });
    if (signal.aborted) break;
    tries = performance.now() - started > LONGEST_PAUSE_MS ? 0 : tries + 1;
    await rest(Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS), signal);
  }
  await leases.release(name, holder).catch(() => undefined);
}

/** The session is told to stop well before the lease would run out unrenewed. */
async function underLease({ name, holder, leases, run, signal }: SessionOptions): Promise<void> {
  const lost = new AbortController();
  let renewedAt = performance.now();
  const timer = setInterval(() => {
    if (performance.now() - renewedAt > LEASE_MS - RENEW_MS) return lost.abort();
    const asked = performance.now();
    leases.hold(name, holder, LEASE_MS).then(
      (has) => (has ? (renewedAt = asked) : lost.abort()),
      () => undefined,
    );
  }, RENEW_MS);
  try {
    await run(AbortSignal.any([signal, lost.signal]));
  } finally {
    clearInterval(timer);
  }
}

const rest = (ms: number, signal: AbortSignal): Promise<unknown> =>
  pause(ms, undefined, { signal }).catch(() => undefined);
