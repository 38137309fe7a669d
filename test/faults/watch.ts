import { readFileSync } from 'node:fs';
import type { AppProcess } from '../harness/process.ts';
import type { History } from './history.ts';
import type { Observation, Sample } from './observation.ts';

const SAMPLE_MS = 1000;
const LOOK_MS = 150;

/** What a supervisor does (start again what ended) and what monitoring does (ask and measure), for all processes. */
export class Watch {
  readonly samples: Sample[] = [];
  readonly restarts: Observation['restarts'][number][] = [];
  /** False while a store or broker is away on purpose: then a slow start says nothing. */
  measuring = true;
  private readonly apps: readonly AppProcess[];
  private readonly history: History;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly starting = new Set<AppProcess>();
  private readonly unsupervised = new Set<AppProcess>();
  private stopped = false;

  constructor(apps: readonly AppProcess[], history: History) {
    this.apps = apps;
    this.history = history;
  }

  start(): void {
    this.timers.push(
      setInterval(() => this.apps.forEach((app) => void this.revive(app)), LOOK_MS),
      setInterval(() => void this.sample(), SAMPLE_MS),
    );
  }

  /** Somebody else starts this one until it is given back. */
  leaveAlone(app: AppProcess): void {
    this.unsupervised.add(app);
  }

  giveBack(app: AppProcess): void {
    this.unsupervised.delete(app);
  }

  /** Resolves when all processes are ready. */
  async allReady(timeoutMs: number): Promise<void> {
    const end = Date.now() + timeoutMs;
    let late: string[] = [];
    while (Date.now() < end) {
      const all = await Promise.all(this.apps.map((app) => readiness(app)));
      late = this.apps.flatMap(({ name }, i) => (all[i] === 200 ? [] : [`${name} (${all[i]})`]));
      if (late.length === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${late.join(', ')} not ready ${timeoutMs / 1000} s after the fault`);
  }

  async sample(): Promise<void> {
    const at = this.history.now();
    const all = await Promise.all(
      this.apps.map(async (app) => ({
        at,
        process: app.name,
        alive: app.alive,
        ready: await readiness(app),
        memory: memoryOf(app.pid),
      })),
    );
    if (!this.stopped) this.samples.push(...all);
  }

  stop(): void {
    this.stopped = true;
    for (const timer of this.timers) clearInterval(timer);
  }

  private async revive(app: AppProcess): Promise<void> {
    if (app.alive || this.starting.has(app) || this.unsupervised.has(app) || this.stopped) return;
    this.starting.add(app);
    const started = Date.now();
    const clean = this.measuring;
    this.history.note('started again', { process: app.name, ended: app.ending });
    try {
      await app.start();
      if (clean && this.measuring) this.restarts.push({ process: app.name, ms: Date.now() - started });
    } catch (error) {
      this.history.note('did not start', { process: app.name, error: String(error) });
    } finally {
      this.starting.delete(app);
    }
  }
}

async function readiness(app: AppProcess): Promise<number> {
  if (!app.alive) return 0;
  const answer = await fetch(`${app.url}/health/ready`, { signal: AbortSignal.timeout(3000) }).catch(() => undefined);
  await answer?.arrayBuffer().catch(() => undefined);
  return answer?.status ?? 0;
}

/** MiB; 0 when it is gone. */
function memoryOf(pid: number | undefined): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
