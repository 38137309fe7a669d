import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Where a file of an installed package lies, looked for upwards from here as Node does. For data that a package does not export by
 * itself. Throws when the package is not installed or no longer has the file.
 */
export function packageFile(name: string, path: string): string {
  for (let dir = import.meta.dirname; ; dir = dirname(dir)) {
    const file = join(dir, 'node_modules', name, path);
    if (existsSync(file)) return file;
    if (dir === dirname(dir)) {
      throw new Error(
        `The package ${name} has no ${path} above ${import.meta.dirname}. Install it (npm ci) in the version of package-lock.json.`,
      );
    }
  }
}
