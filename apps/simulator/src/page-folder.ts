import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

const PLACE = 'apps/simulator/page';

/** The page's folder: it is not copied by the build, so it is looked for upwards from the running file. */
export function pageFolder(from: string = import.meta.dirname): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, PLACE);
    if (existsSync(join(found, 'index.html'))) return found;
    if (folder === dirname(folder)) throw new Error(`${PLACE}/index.html was not found in any folder above ${from}`);
  }
}
