import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { until } from './until.ts';

const root = resolve(import.meta.dirname, '../..');

/** On a machine that does ten other things. */
const START_MS = 180_000;

/** One of Seaway's processes, as it is deployed: `node dist/<entry>/src/main.js`. */
export class AppProcess {
  readonly name: string;
  private readonly entry: string;
  private readonly env: Record<string, string>;
  private readonly root: string;
  private child: ChildProcess | undefined;

  /** `from`: the folder that has `dist`; another one than the repository's for a changed build. */
  constructor(name: string, entry: string, env: Record<string, string>, from = root) {
    this.root = from;
    this.name = name;
    this.entry = entry;
    this.env = env;
  }

  get url(): string {
    return `http://127.0.0.1:${this.env['SEAWAY_PORT'] ?? this.env['SIMULATOR_PORT']}`;
  }

  get alive(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  get pid(): number | undefined {
    return this.alive ? this.child?.pid : undefined;
  }

  /** How the last one ended, e.g. `SIGKILL` or `code 1`; undefined while it runs. */
  get ending(): string | undefined {
    if (this.child === undefined || this.alive) return undefined;
    return this.child.signalCode ?? `code ${this.child.exitCode}`;
  }

  /** Starts the process and does not wait for anything. */
  spawn(env: Record<string, string> = {}): void {
    mkdirSync(join(root, 'test-results/logs'), { recursive: true });
    const log = createWriteStream(join(root, `test-results/logs/${this.name}.log`), { flags: 'a' });
    this.child = spawn(join(root, 'node_modules/node/bin/node'), [join(this.root, 'dist', this.entry, 'src/main.js')], {
      cwd: this.root,
      env: { ...process.env, ...this.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.pipe(log, { end: false });
    this.child.stderr?.pipe(log, { end: false });
  }

  /** Resolves when the process answers `readyPath` with 200. */
  async start(readyPath = '/health/ready', env: Record<string, string> = {}): Promise<void> {
    this.spawn(env);
    await this.ready(readyPath);
  }

  async ready(readyPath = '/health/ready', timeoutMs = START_MS): Promise<void> {
    await until(
      `${this.name} is ready (see test-results/logs/${this.name}.log)`,
      async () => {
        if (!this.alive)
          throw new Error(`${this.name} ended with ${this.ending}; see test-results/logs/${this.name}.log`);
        const answer = await fetch(`${this.url}${readyPath}`, { signal: AbortSignal.timeout(5000) }).catch(
          () => undefined,
        );
        return answer?.status === 200;
      },
      timeoutMs,
    );
  }

  /** Freezes the process, or lets it go on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    if (this.alive) this.child?.kill(signal);
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
    // A frozen process hears nothing but the power cut.
    child.kill('SIGCONT');
    const force = setTimeout(() => child.kill('SIGKILL'), 25_000);
    await ended;
    clearTimeout(force);
  }
}
