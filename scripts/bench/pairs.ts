import { wipeKafka } from '../../test/harness/wipe.ts';
import { startFloor } from './floor.ts';
import type { Options } from './options.ts';
import { measure, type Measured } from './pair.ts';
import { type Noise, noiseOf, pairsReport, REFERENCES } from './pairs-report.ts';
import { profileOf } from './profile.ts';
import { folderOf, startOneProcess } from './seaway.ts';
import { type Sizes, warmUp } from './slices.ts';
import type { Subject } from './subject.ts';

export const sizesOf = ({ quick }: Options): Sizes =>
  quick ? { slices: 2, lowSeconds: 2, maxSeconds: 2 } : { slices: 4, lowSeconds: 3, maxSeconds: 3 };

/** Where the bench keeps data, and the broker where there is one. */
export interface Ground {
  work: string;
  brokers?: string;
  mongo?: string;
  options: Options;
  say: (line: string) => void;
}

const PORT = 21_900;

/** Both floors, warm; the first has been measured beside itself. */
export async function startFloors({ brokers, options, say }: Ground): Promise<{
  floors: Subject[];
  measured: Measured[];
  noise?: Noise;
}> {
  if (brokers === undefined) return { floors: [], measured: [] };
  const sizes = sizesOf(options);
  const [least, same] = REFERENCES;
  const floor = await startFloor(least, 'least', brokers, PORT);
  const twin = await startFloor('floor again', 'least', brokers, PORT + 1);
  const floors = [floor];
  try {
    say(`${least}, beside itself`);
    await warmUp(floor, sizes);
    await warmUp(twin, sizes);
    const again = await measure(twin, [floor], sizes);
    await twin.stop();
    say(same);
    const sameHops = await startFloor(same, 'same', brokers, PORT + 2);
    floors.push(sameHops);
    await warmUp(sameHops, sizes);
    const measured = [again, await measure(sameHops, [floor], sizes)];
    return { floors, measured, noise: noiseOf(again.against[0]!.ratios) };
  } catch (error) {
    await Promise.all([twin, ...floors].map((one) => one.stop()));
    throw error;
  }
}

/** Every one-process subject beside both floors. Answers what is printed and what is kept. */
export async function pairs(ground: Ground): Promise<{ text: string; data: object }> {
  const { options, say } = ground;
  const { floors, measured, noise } = await startFloors(ground);
  const profiles: string[] = [];
  try {
    for (const [i, { name, env }] of oneProcessSubjects(ground).entries()) {
      if (!name.includes(options.only)) continue;
      say(name);
      // What an earlier subject left would be answered by this one.
      if (ground.brokers !== undefined) await wipeKafka(ground.brokers);
      const subject = await startOneProcess(name, folderOf(ground.work, name), PORT + 10 + i, env).catch(
        (error: unknown) => say(`skipped: ${name} (${(error as Error).message})`),
      );
      if (!subject) continue;
      try {
        await warmUp(subject, sizesOf(options));
        measured.push(await measure(subject, floors, sizesOf(options)));
        if (options.profile) profiles.push(await profileOf(subject, sizesOf(options)));
      } finally {
        await subject.stop();
      }
    }
  } finally {
    await Promise.all(floors.map((floor) => floor.stop()));
  }
  return { text: [pairsReport(measured, noise), ...profiles].join('\n\n'), data: { measured, noise } };
}

/** Seaway in one process, by what carries its bus. */
export function oneProcessSubjects({ brokers }: Ground): { name: string; env: Record<string, string> }[] {
  const kafka = { BUS: 'kafka', KAFKA_BROKERS: brokers ?? '' };
  return [
    { name: 'seaway, embedded bus', env: { BUS: 'embedded' } },
    ...(brokers === undefined
      ? []
      : [
          { name: 'seaway, Kafka bus', env: kafka },
          { name: 'seaway, Kafka bus by platformatic', env: { ...kafka, KAFKA_CLIENT: 'platformatic' } },
        ]),
  ];
}
