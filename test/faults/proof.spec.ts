import { describe, expect, it } from '@jest/globals';
import type { CrashPoint } from '../../libs/contracts/src/crash-point.ts';
import type { Bench } from './bench.ts';
import { crashAlong } from './crash-points.ts';
import { diceOf } from './dice.ts';
import type { History } from './history.ts';
import { faultRun } from './run.ts';
import { sabotaged, SABOTAGES } from './sabotage.ts';
import type { Watch } from './watch.ts';

const SEED = 4;
const WORK_MS = 8000;

/** What brings each missing protection to light. */
const TRIALS: Record<string, (bench: Bench, watch: Watch, history: History) => Promise<unknown>> = {
  dedupe: ({ deployment }) => deployment.simulator.knobs({ duplicateWebhook: 4 }).then(() => pause(WORK_MS)),
  claims: (bench, watch, history) =>
    crashes(bench, watch, history, ['delivery.called', 'delivery.called', 'delivery.called']),
  'lane-order': async ({ deployment }) => {
    for (let n = 0; n < 5; n += 1) {
      const messages = Array.from({ length: 60 }, (_, i) => ({ phone: 7103, text: `Urutan ${n}-${i}` }));
      await deployment.simulator.batch(messages);
      await pause(WORK_MS / 5);
    }
  },
  'effects-after-a-crash': (bench, watch, history) =>
    crashes(bench, watch, history, ['core.committed', 'core.committed', 'core.committed']),
  'release-check': () => pause(2 * WORK_MS),
};

/** A harness that cannot go red proves nothing: each protection is taken away, and its invariant has to break. */
describe('the harness', () => {
  it.each(SABOTAGES)(
    'goes red for $breaks without $name',
    async (sabotage) => {
      const build = sabotaged(sabotage);
      try {
        const report = await faultRun({
          seed: SEED,
          mode: 'embedded',
          ms: 0,
          basePort: 24_520,
          root: build.root,
          restMs: 12_000,
          nemesis: async (bench, watch, history) => void (await TRIALS[sabotage.name]!(bench, watch, history)),
        });
        console.info(
          `without ${sabotage.name}: ${report.breaches.length} breaches, e.g. ${report.breaches.find(({ invariant }) => invariant === sabotage.breaks)?.says}`,
        );
        expect(report.breaches.map(({ invariant }) => invariant)).toContain(sabotage.breaks);
      } finally {
        build.remove();
      }
    },
    400_000,
  );

  it('says so when the product has changed under a sabotage', () => {
    const changes = [{ file: 'apps/core/src/lane/lane.js', find: 'no such line', replace: '' }];
    expect(() => sabotaged({ name: 'nothing', changes })).toThrow(/0 times/);
  });
});

async function crashes(bench: Bench, watch: Watch, history: History, points: CrashPoint[]): Promise<void> {
  await pause(WORK_MS / 4);
  for (const app of bench.deployment.apps) await crashAlong(app, points, { bench, watch, history, dice: diceOf(SEED) });
  await watch.allReady(180_000);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
