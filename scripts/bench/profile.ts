import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../run.ts';
import { type CpuProfile, ownersOf } from './profile-owners.ts';
import { maxSlice, type Sizes } from './slices.ts';
import type { Subject } from './subject.ts';
import { table } from './table.ts';

const FOLDERS = 16;
const FILES = 12;

/** One more slice at the maximum, of each process. The profiler costs time itself, so the slice's other numbers are not kept. */
export async function profileOf(subject: Subject, { maxSeconds }: Sizes): Promise<string> {
  const dir = join(root, 'test-results');
  mkdirSync(dir, { recursive: true });
  const files = subject.processes.map((_, i) =>
    join(dir, `${subject.name.replaceAll(/[^a-z0-9]+/gi, '-')}-${i}.cpuprofile`),
  );
  await Promise.all(subject.processes.map((one) => one.profile()));
  await maxSlice(subject, maxSeconds);
  await Promise.all(subject.processes.map((one, i) => one.profiled(files[i]!)));
  return files.map((file, i) => profileReport(subject.processes[i]!.name, file)).join('\n\n');
}

function profileReport(name: string, file: string): string {
  const { folders, files, idle } = ownersOf(JSON.parse(readFileSync(file, 'utf8')) as CpuProfile);
  const rows = (shares: readonly [string, number][], count: number): string[][] =>
    shares.slice(0, count).map(([owner, share]) => [owner, `${(100 * share).toFixed(1)} %`]);
  return [
    `Profile of ${name} at its maximum (${file}): ${(100 * idle).toFixed(0)} % idle. Self time of the rest:`,
    table(['owner', 'share'], rows(folders, FOLDERS)),
    table(['file', 'share'], rows(files, FILES)),
  ].join('\n\n');
}
