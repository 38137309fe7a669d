import { run } from './run.ts';

/** What CI runs: everything is run and reported even after a failure. */
const steps: [name: string, command: string, args: string[]][] = [
  ['format', 'prettier', ['--check', '--log-level', 'warn', '.']],
  ['lint', 'oxlint', ['--quiet', 'apps', 'libs', 'connectors', 'scripts', 'test']],
  ['structure', 'node', ['scripts/check/structure.ts']],
  ['deployment files', 'node', ['scripts/check/deployment.ts']],
  ['types', 'tsc', ['-p', 'tsconfig.check.json', '--noEmit']],
  ['types of the page', 'tsc', ['-p', 'apps/inbox-web/tsconfig.json', '--noEmit']],
  ['tests', 'node', ['scripts/test.ts']],
];

const failed: string[] = [];
for (const [name, command, args] of steps) {
  const t0 = Date.now();
  const code = await run(command, args);
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - t0) / 1000).toFixed(1)} s)`);
  if (code !== 0) failed.push(name);
}
console.log(failed.length === 0 ? 'check: all green' : `check: failed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
