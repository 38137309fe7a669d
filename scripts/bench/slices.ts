import { closedLoop, openLoop } from '../../test/bench/load.ts';
import { percentile } from './statistics.ts';
import type { Subject } from './subject.ts';

export interface Sizes {
  slices: number;
  lowSeconds: number;
  maxSeconds: number;
}

/** At 200 messages a second; milliseconds. */
export interface LowSlice {
  p50: number;
  p90: number;
  p99: number;
  ackP50: number;
}

/** At the maximum. */
export interface MaxSlice {
  /** Messages a second. */
  rate: number;
  /** User and system time of the subject's processes per message. */
  cpuMs: number;
  rssMb: number;
  heapMb: number;
  largestRssMb: number;
  /** How much of a core the bench itself (customers and provider, one process) used: near 1 it bounds the rate, not the subject. */
  benchCores: number;
}

const LOW_RATE = 200;
const LOW_CHATS = 400;
const IN_FLIGHT = 256;
const FIRST_LOW_CHAT = 2_000_000;
const FIRST_MAX_CHAT = 3_000_000;
const MB = 1_048_576;

/** All of them are fed in the same seconds, in turn. */
export async function lowSlice(subjects: readonly Subject[], seconds: number): Promise<LowSlice[]> {
  for (const { load } of subjects) load.acks = [];
  const latencies = await openLoop(
    subjects.map(({ load }) => load),
    { rate: LOW_RATE, seconds, chats: LOW_CHATS, firstChat: FIRST_LOW_CHAT },
  );
  return latencies.map((all, i) => {
    const came = all.filter((latency) => !Number.isNaN(latency));
    return {
      p50: percentile(came, 50),
      p90: percentile(came, 90),
      p99: percentile(came, 99),
      ackP50: percentile(subjects[i]!.load.acks, 50),
    };
  });
}

/** One alone: two at their maximum in the same seconds would measure the scheduler. */
export async function maxSlice(subject: Subject, seconds: number): Promise<MaxSlice> {
  const before = await subject.used();
  const ownBefore = process.cpuUsage();
  const start = performance.now();
  const { rate, count } = await closedLoop(subject.load, { inFlight: IN_FLIGHT, seconds, firstChat: FIRST_MAX_CHAT });
  const own = process.cpuUsage(ownBefore);
  const passed = performance.now() - start;
  const after = await subject.used();
  return {
    rate,
    cpuMs: (after.cpu - before.cpu) / 1000 / count,
    rssMb: after.rss / MB,
    heapMb: after.heapUsed / MB,
    largestRssMb: after.largestRss / MB,
    benchCores: (own.user + own.system) / 1000 / passed,
  };
}

/** Makes the broker, the JITs and the caches warm: as much as one slice of each, of which nothing is kept. */
export async function warmUp(subject: Subject, { lowSeconds, maxSeconds }: Sizes): Promise<void> {
  await lowSlice([subject], lowSeconds);
  await maxSlice(subject, maxSeconds);
}
