import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../run.ts';

/** Puts a section into test-results/bench.json; the other sections stay as they were measured last. */
export function keep(section: string, data: object): void {
  const dir = join(root, 'test-results');
  const file = join(dir, 'bench.json');
  mkdirSync(dir, { recursive: true });
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>) : {};
  writeFileSync(file, JSON.stringify({ ...known, [section]: data }, null, 2));
}
