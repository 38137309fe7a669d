import { createRequire } from 'node:module';
import { availableParallelism, loadavg } from 'node:os';
import { wipeKafka } from '../../test/harness/wipe.ts';
import { measure, type Measured } from './pair.ts';
import { pairsReport } from './pairs-report.ts';
import { type Ground, sizesOf, startFloors } from './pairs.ts';
import { profileOf } from './profile.ts';
import { folderOf, startApart } from './seaway.ts';
import { type MaxSlice, maxSlice, type Sizes, warmUp } from './slices.ts';
import { median } from './statistics.ts';
import type { Subject } from './subject.ts';
import { short, table } from './table.ts';
import type { Faults } from './truth.ts';

const PORT = 21_930;
const MOST_CORES = 3;

interface Scaled {
  cores: number;
  rate: number;
  cpuMs: number;
  rssMb: number;
  faults: Faults;
}

/** Connector, core, and inbox with bot apart: beside the floors, and then with two and three of core. */
export async function instances(ground: Ground): Promise<{ text: string; data: object }> {
  const { brokers, mongo, options, say } = ground;
  if (brokers === undefined || mongo === undefined) {
    return { text: 'skipped: processes of their own need Kafka and MongoDB', data: { skipped: true } };
  }
  const sizes = sizesOf(options);
  const standIn = await isStandIn(mongo);
  const { floors, measured, noise } = await startFloors(ground);
  const profiles: string[] = [];
  const scaled: Scaled[] = [];
  try {
    for (let cores = 1; cores <= MOST_CORES; cores += 1) {
      say(`seaway, three processes, ${cores} of core`);
      await wipeKafka(brokers);
      const subject = await start(ground, cores, standIn);
      try {
        await warmUp(subject, sizes);
        if (cores === 1) measured.push(await measure(subject, floors, sizes));
        scaled.push(await scaledOf(subject, cores, sizes));
        if (options.profile && cores === 1) profiles.push(await profileOf(subject, sizes));
      } finally {
        await subject.stop();
      }
    }
  } finally {
    await Promise.all(floors.map((floor) => floor.stop()));
  }
  const text = [pairsReport(measured, noise), scalingReport(scaled), ...profiles].join('\n\n');
  return { text, data: { measured: measured satisfies Measured[], noise, scaled, standIn } };
}

const start = ({ brokers, mongo, work }: Ground, cores: number, standIn: boolean): Promise<Subject> =>
  startApart('seaway, three processes', folderOf(work, `apart-${cores}`), PORT + 10 * cores, {
    cores,
    env: {
      KAFKA_BROKERS: brokers!,
      MONGODB_URI: mongo!,
      MONGODB_DB: `seaway_bench_${cores}_${Date.now()}`,
    },
    ...(standIn
      ? {
          remark:
            'on the stand-in for MongoDB, which ignores indexes and flushes nothing: its numbers are not MongoDB’s',
        }
      : {}),
  });

async function scaledOf(subject: Subject, cores: number, { slices, maxSeconds }: Sizes): Promise<Scaled> {
  const all: MaxSlice[] = [];
  for (let i = 0; i < slices; i += 1) all.push(await maxSlice(subject, maxSeconds));
  return {
    cores,
    rate: median(all.map((one) => one.rate)),
    cpuMs: median(all.map((one) => one.cpuMs)),
    rssMb: median(all.map((one) => one.rssMb)),
    faults: subject.load.faults(),
  };
}

function scalingReport(all: readonly Scaled[]): string {
  const spare = availableParallelism();
  return [
    table(
      ['instances of core', 'messages/s', 'CPU ms/message', 'RSS MB, all processes', 'lost/doubled/order'],
      all.map(({ cores, rate, cpuMs, rssMb, faults: f }) => [
        String(cores),
        short(rate),
        cpuMs.toFixed(3),
        rssMb.toFixed(0),
        `${f.lost}/${f.doubled}/${f.disordered}`,
      ]),
    ),
    `${spare} cores for ${MOST_CORES + 2} processes, broker, database and load generator (load ${loadavg()[0]!.toFixed(1)}): ${
      spare > MOST_CORES + 4
        ? 'there are cores to spare, so the rates show scaling.'
        : 'there are none to spare, so the rates show what more processes cost, and no scaling is claimed.'
    }`,
  ].join('\n\n');
}

/** A real server tells what it was built from. */
async function isStandIn(uri: string): Promise<boolean> {
  const mongoose = createRequire(import.meta.url)('mongoose') as typeof import('mongoose');
  const connection = await mongoose.createConnection(uri).asPromise();
  try {
    return !('gitVersion' in (await connection.db!.admin().command({ buildInfo: 1 })));
  } finally {
    await connection.close();
  }
}
