import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { median } from './statistics.ts';

export interface Machine {
  at: string;
  cores: number;
  cpu: string;
  memoryGb: number;
  node: string;
  /** Milliseconds of a flush of one appended kilobyte, where the bench keeps its data. */
  fsyncMs: number;
  /** Load of the last minute, before the bench began. */
  load: number;
}

const FLUSHES = 100;

export function describeMachine(): Machine {
  return {
    at: new Date().toISOString(),
    cores: availableParallelism(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    fsyncMs: fsyncMs(),
    load: loadavg()[0]!,
  };
}

function fsyncMs(): number {
  const dir = mkdtempSync(join(tmpdir(), 'seaway-fsync-'));
  const file = openSync(join(dir, 'file'), 'a');
  const kilobyte = Buffer.alloc(1024, 1);
  const times = Array.from({ length: FLUSHES }, () => {
    writeSync(file, kilobyte);
    const start = performance.now();
    fsyncSync(file);
    return performance.now() - start;
  });
  closeSync(file);
  rmSync(dir, { recursive: true });
  return median(times);
}

export const machineLine = ({ cores, cpu, memoryGb, node, fsyncMs: flush, load }: Machine): string =>
  `${cores} cores (${cpu}), ${memoryGb} GB, Node ${node}, ${flush.toFixed(2)} ms a flush, load ${load.toFixed(2)} at the start`;
