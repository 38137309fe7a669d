import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wipeKafka } from '../test/harness/wipe.ts';
import { describeMachine, machineLine } from './bench/machine.ts';
import { instances } from './bench/instances.ts';
import { readOptions, type Section } from './bench/options.ts';
import { type Ground, pairs } from './bench/pairs.ts';
import { parts } from './bench/parts.ts';
import { recovery } from './bench/recovery.ts';
import { keep } from './bench/results.ts';
import { scale } from './bench/scale.ts';
import { startServices } from './services/index.ts';

/** What Seaway costs beside what it cannot do without. docs/performance.md says what each number is. */
const options = readOptions(process.argv.slice(2));
const machine = describeMachine();
console.log(machineLine(machine));
const work = mkdtempSync(join(tmpdir(), 'seaway-bench-'));
const services = await startServices();
for (const line of services.missing) console.log(line);
const { KAFKA_BROKERS: brokers, MONGODB_URI: mongo } = services.env;
const ground: Ground = {
  work,
  options,
  ...(brokers === undefined ? {} : { brokers }),
  ...(mongo === undefined ? {} : { mongo }),
  say: (line) => console.error(`… ${line}`),
};
const sections: Record<Section, (ground: Ground) => Promise<{ text: string; data: object }>> = {
  pairs,
  instances,
  recovery,
  scale,
  parts,
};
try {
  for (const name of options.sections) {
    // A fresh start for everybody: no record of an earlier run is read again.
    if (brokers !== undefined) await wipeKafka(brokers);
    const { text, data } = await sections[name](ground);
    console.log(`\n## ${name}\n\n${text}`);
    keep(name, { machine, quick: options.quick, ...data });
  }
} finally {
  await services.stop();
  rmSync(work, { recursive: true, force: true });
}
process.exit(0);
