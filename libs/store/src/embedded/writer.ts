import { Worker } from 'node:worker_threads';
import { StoreUnavailableError } from '../port.ts';
import type { Connection } from './connection.ts';
import { FileWriter } from './file-writer.ts';
import { unpackResults, WritePacking } from './packed-writes.ts';
import type { RowResult, TableShape, WriteCall } from './row-write.ts';
import type { FromWriter, ToWriter } from './writer-thread.ts';

/**
 * Where writes go. One batch at a time, a result for each of its writes; a batch is kept as a whole or, with
 * `StoreUnavailableError`, not at all.
 */
export interface Writer {
  define(shape: TableShape): void;
  write(batch: readonly WriteCall[]): Promise<RowResult[]>;
  close(): Promise<void>;
}

/** Writes on the connection that reads: for a store in memory, which no second connection can see. */
export class WriterHere implements Writer {
  readonly #file: FileWriter;

  constructor(connection: Connection) {
    this.#file = new FileWriter(connection);
  }

  define(shape: TableShape): void {
    this.#file.define(shape);
  }

  async write(batch: readonly WriteCall[]): Promise<RowResult[]> {
    return this.#file.write(batch);
  }

  async close(): Promise<void> {
    // The connection is its owner's.
  }
}

/** Under a test runner the sources run as they are. */
const THREAD = new URL(`./writer-thread${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

/** Writes in a thread of its own. The thread keeps the process alive only while a batch is under way. */
export class WriterThread implements Writer {
  readonly #worker: Worker;
  readonly #path: string;
  readonly #packing = new WritePacking();
  #waiting: { resolve: (answer: FromWriter) => void; reject: (error: Error) => void } | undefined;
  #ended: Error | undefined;

  constructor(path: string, maxBytes?: number) {
    this.#path = path;
    this.#worker = new Worker(THREAD, {
      workerData: { path, ...(maxBytes === undefined ? {} : { maxBytes }) },
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    });
    this.#worker.unref();
    this.#worker.on('message', (answer: FromWriter) => this.#answered(answer));
    this.#worker.on('error', (error: Error) => this.#failed(error));
    this.#worker.on('exit', () => this.#failed(new Error('it ended')));
  }

  define(shape: TableShape): void {
    this.#packing.define(shape);
    this.#post({ define: shape });
  }

  async write(batch: readonly WriteCall[]): Promise<RowResult[]> {
    const answer = await this.#ask({ write: this.#packing.pack(batch) });
    if ('results' in answer) return unpackResults(answer.results);
    if ('unavailable' in answer) throw new StoreUnavailableError(answer.unavailable);
    throw 'broken' in answer ? answer.broken : new StoreUnavailableError(`${this.#path}: the store is closed`);
  }

  async close(): Promise<void> {
    if (this.#ended === undefined) await this.#ask({ close: true });
  }

  #ask(message: ToWriter): Promise<FromWriter> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#worker.ref();
      this.#post(message);
    });
  }

  #post(message: ToWriter): void {
    this.#worker.postMessage(message);
  }

  #answered(answer: FromWriter): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#worker.unref();
    waiting?.resolve(answer);
  }

  #failed(error: Error): void {
    this.#ended ??= new StoreUnavailableError(`${this.#path}: the thread that writes has ended: ${error.message}`, {
      cause: error,
    });
    this.#waiting?.reject(this.#ended);
    this.#waiting = undefined;
  }
}
