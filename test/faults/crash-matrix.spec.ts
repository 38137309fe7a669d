import { describe, expect, it } from '@jest/globals';
import { modes } from '../harness/deployment.ts';
import { crashEverywhere, type Crash } from './crash-points.ts';
import { diceOf } from './dice.ts';
import { faultRun } from './run.ts';

const seed = Number(process.env['FAULT_SEED'] ?? Date.now() % 1_000_000);

/** The power is cut at every named step of every app, under load; nobody repairs anything afterwards. */
describe.each(modes())('a crash at each named point, %s', (mode) => {
  it('loses, doubles and reorders nothing, and is over within seconds', async () => {
    let crashes: Crash[] = [];
    const report = await faultRun({
      seed,
      mode,
      ms: 0,
      basePort: mode === 'embedded' ? 24_500 : 24_540,
      nemesis: async (bench, watch, history) => {
        crashes = await crashEverywhere({ bench, watch, history, dice: diceOf(seed) });
      },
    });
    console.info(`FAULT_SEED=${seed}: ${crashes.length} crashes; ${report.says}`);
    expect({ notReached: crashes.filter(({ reached }) => !reached), breaches: report.breaches }).toEqual({
      notReached: [],
      breaches: [],
    });
  }, 600_000);
});
