import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';

export const root = join(import.meta.dirname, '..');

/** Runs a tool of node_modules/.bin (or any command) from the root, its output passed through; resolves with the exit code. */
export function run(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
  onLine?: (line: string) => void,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', onLine === undefined ? 'inherit' : 'pipe', onLine === undefined ? 'inherit' : 'pipe'],
      env: {
        ...process.env,
        PATH: `${join(root, 'node_modules/.bin')}${delimiter}${process.env['PATH'] ?? ''}`,
        ...env,
      },
    });
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream?.on('data', (chunk: Buffer) => {
        process.stdout.write(chunk);
        const lines = (rest + chunk.toString()).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) onLine?.(line);
      });
    }
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

/** Jest in ESM mode. */
export const jest = (
  args: readonly string[],
  env: Record<string, string>,
  onLine?: (line: string) => void,
): Promise<number> =>
  run(
    'node',
    [
      '--experimental-vm-modules',
      '--no-warnings=ExperimentalWarning',
      join(root, 'node_modules/jest/bin/jest.js'),
      ...args,
    ],
    env,
    onLine,
  );
