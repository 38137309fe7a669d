import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { until } from './until.ts';

const root = resolve(import.meta.dirname, '../..');

/** One of Seaway's processes, as it is deployed: `node dist/<entry>/src/main.js`. */
export class AppProcess {
  readonly name: string;
  private readonly entry: string;
  private readonly env: Record<string, string>;
  private child: ChildProcess | undefined;

  constructor(name: string, entry: string, env: Record<string, string>) {
    this.name = name;
    this.entry = entry;
    this.env = env;
  }

  get url(): string {
    return `http://127.0.0.1:${this.env['SEAWAY_PORT'] ?? this.env['SIMULATOR_PORT']}`;
  }

  /** Resolves when the process answers `readyPath` with 200. */
  async start(readyPath = '/health/ready', timeoutMs = 60_000): Promise<void> {
    mkdirSync(join(root, 'test-results/logs'), { recursive: true });
    const log = createWriteStream(join(root, `test-results/logs/${this.name}.log`), { flags: 'a' });
    this.child = spawn(join(root, 'node_modules/node/bin/node'), [join(root, 'dist', this.entry, 'src/main.js')], {
      cwd: root,
      env: { ...process.env, ...this.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.pipe(log, { end: false });
    this.child.stderr?.pipe(log, { end: false });
    const { child } = this;
    await until(
      `${this.name} is ready (see test-results/logs/${this.name}.log)`,
      async () => {
        if (child.exitCode !== null)
          throw new Error(`${this.name} ended with ${child.exitCode}; see test-results/logs/${this.name}.log`);
        return (await fetch(`${this.url}${readyPath}`).catch(() => undefined))?.status === 200;
      },
      timeoutMs,
    );
  }

  /** As a machine that stands still: nothing runs, connections stay open. */
  pause(): void {
    this.child?.kill('SIGSTOP');
  }

  resume(): void {
    this.child?.kill('SIGCONT');
  }

  /** As a power cut: no hook runs. */
  async kill9(): Promise<void> {
    await this.end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((done) => child.once('exit', () => done()));
    child.kill(signal);
    const force = setTimeout(() => child.kill('SIGKILL'), 25_000);
    await ended;
    clearTimeout(force);
  }
}
