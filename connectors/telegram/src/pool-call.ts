import type { Dispatcher } from 'undici';

/** What is needed of an `AbortSignal`: telegraf's is another one than Node's. */
export interface Aborting {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: { handleEvent(): void }): void;
  removeEventListener(type: 'abort', listener: { handleEvent(): void }): void;
}

export interface Answer {
  status: number;
  statusText: string;
  body: string;
}

/** A call ended without a whole answer. The message tells neither address nor token. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
  readonly code: string;
  /** False: not a byte of the request was written, so nobody can have acted on it. */
  readonly sent: boolean;

  constructor(code: string, sent: boolean) {
    super(sent ? 'the call was sent and not answered' : 'the call was not sent');
    this.code = code;
    this.sent = sent;
  }
}

/**
 * One call on a connection of undici's. undici tells when it begins to write, so what failed before was certainly not sent; and
 * a call that was begun is never begun again, whatever became of its connection.
 */
export class PoolCall implements Dispatcher.DispatchHandler {
  readonly answer: Promise<Answer>;
  private readonly signal: Aborting | undefined;
  private readonly chunks: Buffer[] = [];
  private controller: Dispatcher.DispatchController | undefined;
  private status = 0;
  private statusText = '';
  private ended = false;
  private resolve!: (answer: Answer) => void;
  private reject!: (error: NoAnswerError) => void;

  constructor(signal: Aborting | undefined) {
    this.signal = signal;
    this.answer = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    if (signal?.aborted) this.fail('aborted');
    else signal?.addEventListener('abort', this);
  }

  /** The signal aborted. A call that waits for a connection is let go when it gets one. */
  handleEvent(): void {
    this.fail('aborted');
    this.controller?.abort(new Error('aborted'));
  }

  /** Nothing is written when this throws. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.ended) throw new Error('nobody waits for this call any more');
    if (this.controller !== undefined) throw new Error('this call was sent already');
    this.controller = controller;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, _headers: unknown, statusText?: string): void {
    this.status = status;
    this.statusText = statusText ?? '';
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.ended) return;
    this.end();
    const { status, statusText, chunks } = this;
    const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
    this.resolve({ status, statusText, body: bytes.toString('utf8') });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.fail(String((error as NodeJS.ErrnoException).code ?? error.name));
  }

  private fail(code: string): void {
    if (this.ended) return;
    this.end();
    this.reject(new NoAnswerError(code, this.controller !== undefined));
  }

  private end(): void {
    this.ended = true;
    this.signal?.removeEventListener('abort', this);
  }
}
