import type { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { type Append, Appender } from './appender.ts';
import type { FromAppender, ToAppender } from './append-thread.ts';

/** Where appends go, one at a time. Rejects when nothing of it was kept. */
export interface LogWriter {
  append(append: Append): Promise<void>;
  close(): Promise<void>;
}

/** Appends on the connection that reads: for a log in memory, which no second connection can see. */
export class WriterHere implements LogWriter {
  readonly #appender: Appender;

  constructor(db: DatabaseSync) {
    this.#appender = new Appender(db);
  }

  async append(append: Append): Promise<void> {
    this.#appender.append(append);
  }

  async close(): Promise<void> {
    // The connection is its owner's.
  }
}

/** Under a test runner the sources run as they are. */
const THREAD = new URL(`./append-thread${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

/** Appends in a thread of its own, which keeps the process alive only while an append is under way. */
export class WriterThread implements LogWriter {
  readonly #worker: Worker;
  #waiting: { resolve: () => void; reject: (error: Error) => void } | undefined;
  #ended: Error | undefined;

  constructor(path: string) {
    this.#worker = new Worker(THREAD, {
      workerData: path,
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    });
    this.#worker.unref();
    this.#worker.on('message', (answer: FromAppender) => this.#answered(answer));
    this.#worker.on('error', (error: Error) => this.#failed(error));
    this.#worker.on('exit', () => this.#failed(new Error('it ended')));
  }

  append(append: Append): Promise<void> {
    return this.#ask(append);
  }

  async close(): Promise<void> {
    if (this.#ended === undefined) await this.#ask('close');
  }

  #ask(message: ToAppender): Promise<void> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#worker.ref();
      this.#worker.postMessage(message);
    });
  }

  #answered(answer: FromAppender): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#worker.unref();
    if (answer === 'done') waiting?.resolve();
    else waiting?.reject(new Error(answer.failed));
  }

  #failed(error: Error): void {
    this.#ended ??= new Error(`the thread that appends has ended: ${error.message}`, { cause: error });
    this.#waiting?.reject(this.#ended);
    this.#waiting = undefined;
  }
}
