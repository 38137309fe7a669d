import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Question, Usage } from '../../test/bench/answer-bench.ts';
import { root } from '../run.ts';

/** As `npm start` and the image start it. */
const NODE_FLAGS = ['--max-semi-space-size=16', '--max-old-space-size=768'];

/** A process of a subject, which answers the bench's questions. */
export class BenchProcess {
  readonly name: string;
  private readonly child: ChildProcess;

  private constructor(name: string, child: ChildProcess) {
    this.name = name;
    this.child = child;
  }

  /** Resolves when it is ready; throws the last line it wrote when it ends before that. */
  static async start(
    name: string,
    file: string,
    args: readonly string[],
    env: Record<string, string> = {},
  ): Promise<BenchProcess> {
    const child = fork(join(root, file), args, {
      env: { ...process.env, ...env },
      execPath: join(root, 'node_modules/node/bin/node'),
      execArgv: [...NODE_FLAGS],
      cwd: root,
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    });
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4000);
    });
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('exit', (code, signal) => {
        const why = said.split('\n').find((line) => /\bError\b.*:/.test(line)) ?? said.trim().split('\n').at(-1);
        reject(new Error(`${name} ended with ${signal ?? code} before it was ready: ${why ?? ''}`));
      });
    });
    child.stderr?.pipe(process.stderr, { end: false });
    return new BenchProcess(name, child);
  }

  usage(): Promise<Usage> {
    return this.ask({ ask: 'usage' }) as Promise<Usage>;
  }

  async profile(): Promise<void> {
    await this.ask({ ask: 'profile' });
  }

  async profiled(file: string): Promise<void> {
    await this.ask({ ask: 'profiled', file });
  }

  /** As a power cut; resolves when it is gone. */
  async kill9(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await gone;
  }

  private ask(question: Question): Promise<object> {
    return new Promise((resolve, reject) => {
      const ended = (): void => reject(new Error(`${this.name} ended while it was asked for its ${question.ask}`));
      this.child.once('exit', ended);
      this.child.once('message', (answer: object) => {
        this.child.off('exit', ended);
        resolve(answer);
      });
      this.child.send(question);
    });
  }
}
