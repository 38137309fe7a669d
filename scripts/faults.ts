import { parseArgs } from 'node:util';
import { faultRun, type RunOptions } from '../test/faults/run.ts';
import { SEEDS } from '../test/faults/seeds.ts';
import { FaultServices } from '../test/faults/services.ts';

/**
 * Breaks Seaway on purpose and holds it against its promises: about four minutes over both modes on an idle machine, or as long as one says.
 *
 *   npm run faults -- [--soak 10m] [--seed n] [--mode embedded|distributed] [--instances 3] [--certain] [--seeds]
 */
const PORTS = {
  kafka: Number(process.env['FAULTS_KAFKA_PORT'] ?? 19_240),
  mongo: Number(process.env['FAULTS_MONGO_PORT'] ?? 27_240),
};
const SMOKE_MS = 10_000;
const SOAK_RUN_MS = 60_000;

const { values } = parseArgs({
  options: {
    soak: { type: 'string' },
    seed: { type: 'string' },
    mode: { type: 'string' },
    instances: { type: 'string' },
    certain: { type: 'boolean', default: false },
    seeds: { type: 'boolean', default: false },
  },
});

function milliseconds(text: string): number {
  const found = /^(\d+)(s|m|h)$/.exec(text);
  if (found === null) throw new Error(`--soak expects a time such as 90s, 10m or 2h, not "${text}"`);
  return Number(found[1]) * { s: 1000, m: 60_000, h: 3_600_000 }[found[2] as 's' | 'm' | 'h'];
}

function* plan(): Generator<RunOptions> {
  const fresh = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed);
  const modes = (['embedded', 'distributed'] as const).filter((mode) => (values.mode ?? mode) === mode);
  const instances = Number(values.instances ?? 1);
  if (modes.length === 0) throw new Error(`--mode expects embedded or distributed, not "${values.mode}"`);
  if (values.seeds) {
    for (const { seed, mode, instances: n, certain = false } of SEEDS)
      yield { seed, mode, instances: n, ms: SMOKE_MS, certain };
  } else if (values.soak !== undefined) {
    const end = Date.now() + milliseconds(values.soak);
    for (let n = 0; Date.now() < end; n += 1) {
      const mode = modes[n % modes.length]!;
      const many = values.instances === undefined ? 1 + (n % 3) : instances;
      yield { seed: fresh + n, mode, instances: mode === 'embedded' ? 1 : many, ms: SOAK_RUN_MS };
    }
  } else {
    for (const mode of modes) {
      if (values.seed === undefined) {
        const fixed = SEEDS.find((seed) => seed.mode === mode)!;
        yield { seed: fixed.seed, mode, instances: fixed.instances, ms: SMOKE_MS, certain: true };
      }
      const { certain } = values;
      yield { seed: fresh, mode, instances: mode === 'embedded' ? 1 : instances, ms: SMOKE_MS, certain };
    }
  }
}

let services: FaultServices | undefined;
let breached = false;
try {
  for (const run of plan()) {
    if (run.mode === 'distributed' && services === undefined) {
      try {
        services = await FaultServices.start(PORTS);
      } catch (error) {
        console.log(`skipped: distributed faults (${(error as Error).message})`);
        break;
      }
    }
    const started = Date.now();
    const report = await faultRun({ ...run, ...(services === undefined ? {} : { services }) });
    console.log(`${report.says}; ${Math.round((Date.now() - started) / 1000)} s, ${report.file}`);
    for (const { invariant, says } of report.breaches.slice(0, 30))
      console.error(`  ${invariant} ${says} (seed ${run.seed})`);
    if (report.breaches.length > 30) console.error(`  … and ${report.breaches.length - 30} more`);
    breached ||= report.breaches.length > 0;
  }
} finally {
  await services?.stop();
}
process.exit(breached ? 1 : 0);
