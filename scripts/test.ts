import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest, root, run } from './run.ts';
import { startServices } from './services/index.ts';

/**
 * Every test there is: units and contracts on all adapters that can run here, then the whole product in a browser, under
 * `kill -9` and under random faults. `--unit` stops after the first part. What is skipped is said in one line each; in CI a skip that
 * docs/reliability.md does not list is a failure.
 */
/** A timer that a client library leaves behind (@platformatic/kafka's heartbeat did) must not keep a run from its end. */
const EXIT = '--forceExit';
const unitOnly = process.argv.includes('--unit');
const skipped = new Set<string>();
const noteSkips = (line: string): void => {
  const at = line.indexOf('skipped: ');
  if (at !== -1) skipped.add(line.slice(at).trim());
};

const services = await startServices();
for (const line of services.missing) {
  console.log(line);
  noteSkips(line);
}
let failed = false;
try {
  failed = (await jest([EXIT], services.env, noteSkips)) !== 0;
  if (!unitOnly && !failed) {
    failed =
      (await run('npm', ['run', '--silent', 'build'])) !== 0 ||
      (await jest(['-c', 'jest.e2e.config.mjs', '--runInBand', EXIT], services.env, noteSkips)) !== 0;
  }
} finally {
  await services.stop();
}
// With a broker and a store of its own, since it restarts them.
if (!unitOnly && !failed) failed = (await run('node', ['scripts/faults.ts'], {}, noteSkips)) !== 0;

if (process.env['CI'] === 'true' && skipped.size > 0) {
  const page = join(root, 'docs/reliability.md');
  const listed = existsSync(page) ? readFileSync(page, 'utf8') : '';
  for (const line of skipped) {
    const what = line.slice('skipped: '.length).split(' (')[0]!;
    if (!listed.includes(what)) {
      console.error(`CI does not allow this skip, since docs/reliability.md does not list it: ${line}`);
      failed = true;
    }
  }
}
process.exitCode = failed ? 1 : 0;
