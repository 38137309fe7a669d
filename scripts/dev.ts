import { type ChildProcess, spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root, run } from './run.ts';

/** Rebuilds and restarts the demo on every change; the page is served by Vite with hot reload on port 5173. */
const bin = join(root, 'node_modules/.bin');
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` };
const children: ChildProcess[] = [];
const start = (command: string, args: string[]): ChildProcess => {
  const child = spawn(command, args, { cwd: root, env, stdio: 'inherit' });
  children.push(child);
  return child;
};

if ((await run('npm', ['run', '--silent', 'build'])) !== 0) process.exit(1);
start('tsc', ['-p', 'tsconfig.json', '--watch', '--preserveWatchOutput']);
start('vite', ['apps/inbox-web']);

let server = start('node', ['dist/apps/standalone/src/main.js']);
let restart: NodeJS.Timeout | undefined;
watch(join(root, 'dist'), { recursive: true }, (_, file) => {
  if (file === null || !file.endsWith('.js')) return;
  clearTimeout(restart);
  restart = setTimeout(() => {
    const old = server;
    old.once('exit', () => {
      server = start('node', ['dist/apps/standalone/src/main.js']);
    });
    old.kill('SIGTERM');
  }, 300);
});

const stop = (): void => {
  for (const child of children) child.kill('SIGTERM');
  process.exit(0);
};
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
