import type { CrashPoint } from '../../libs/contracts/src/crash-point.ts';
import type { App, Mode } from '../harness/deployment.ts';
import type { AppProcess } from '../harness/process.ts';
import type { Bench } from './bench.ts';
import type { Dice } from './dice.ts';
import type { History } from './history.ts';
import type { Watch } from './watch.ts';

const CONNECTOR: CrashPoint[] = [
  'connector.verified',
  'connector.published',
  'delivery.stored',
  'delivery.claimed',
  'delivery.called',
  'delivery.settled',
  'delivery.published',
];
const CORE: CrashPoint[] = [
  'core.taken',
  'core.decided',
  'core.committed',
  'core.effects-stored',
  'core.effects-published',
  'core.cleared',
  'translator.translated',
];

/** Where each app is cut off. */
const POINTS: Record<App, CrashPoint[]> = {
  core: [...CORE, 'bus.before-commit'],
  telegram: [...CONNECTOR, 'bus.before-commit'],
  webchat: [...CONNECTOR, 'bus.before-commit'],
  bot: ['bus.before-commit'],
  inbox: [],
};

const REACHED_MS = 120_000;
const BACK_MS = 180_000;

export interface Crash {
  process: string;
  point: CrashPoint;
  /** Whether the process died there. */
  reached: boolean;
}

export interface CrashOptions {
  bench: Bench;
  watch: Watch;
  history: History;
  dice: Dice;
}

/**
 * Every app dies at every point of its own, one after the other: each restart is the one in which the next point waits. Apps
 * go through theirs side by side. At last all are started once more and have to be ready.
 */
export async function crashEverywhere(options: CrashOptions): Promise<Crash[]> {
  const { bench, watch } = options;
  const done = await Promise.all(
    bench.deployment.apps.map((app) => {
      const points = pointsOf(bench.mode, app);
      return crashAlong(app, points, { ...options, dice: options.dice.fork(app.name) });
    }),
  );
  await watch.allReady(BACK_MS);
  return done.flat();
}

function pointsOf(mode: Mode, { name }: AppProcess): CrashPoint[] {
  if (mode === 'embedded') return [...new Set(Object.values(POINTS).flat())];
  return Object.entries(POINTS).find(([app]) => name.endsWith(app))?.[1] ?? [];
}

/** One app through these points, in order. */
export async function crashAlong(
  app: AppProcess,
  points: readonly CrashPoint[],
  { watch, history, dice }: CrashOptions,
): Promise<Crash[]> {
  if (points.length === 0) return [];
  const crashes: Crash[] = [];
  watch.leaveAlone(app);
  for (const point of points) {
    await app.kill9();
    // Answers are rarer than questions.
    const at = `${point}:${dice.between(1, point.startsWith('delivery.') ? 3 : 8)}`;
    history.fault('crash point', app.name, { point: at });
    app.spawn({ CRASH_AT: at });
    const reached = await died(app);
    crashes.push({ process: app.name, point, reached });
    history.note(reached ? 'died there' : 'never came there', { process: app.name, point: at });
  }
  await app.kill9();
  watch.giveBack(app);
  return crashes;
}

async function died(app: AppProcess): Promise<boolean> {
  const end = Date.now() + REACHED_MS;
  while (app.alive && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
  return app.ending === 'SIGKILL';
}
