import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** A file or folder of the distribution, seen from the sources as well as from `dist`; one in the working directory wins. */
export function placeOf(path: string): string {
  if (existsSync(path)) return resolve(path);
  for (let dir = import.meta.dirname; dir !== dirname(dir); dir = dirname(dir)) {
    const candidate = join(dir, path);
    if (existsSync(candidate)) return candidate;
  }
  return resolve(path);
}
