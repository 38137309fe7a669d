import { promptFor } from './ops/prompt.ts';
import { runOps } from './ops/run-ops.ts';

/** The operators' command line: `npm run ops -- --help` says what it can do. */
process.exitCode = await runOps(process.argv.slice(2), {
  env: process.env,
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
  width: process.stdout.columns ?? 160,
  now: Date.now,
  ...(process.stdin.isTTY ? { ask: promptFor } : {}),
});
