import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';

/**
 * How an operation ended, as in Jepsen. `unknown`: nobody told us, so it may have happened once or not at all, now or later.
 */
export type Ending = 'ok' | 'fail' | 'unknown';

/** One line of the history file. Times are milliseconds since the start of the run. */
export type HistoryEntry =
  | { at: number; kind: 'start'; op: string; by: string; what: string; [more: string]: unknown }
  | { at: number; kind: Ending; op: string; [more: string]: unknown }
  | { at: number; kind: 'fault'; what: string; target: string; [more: string]: unknown }
  | { at: number; kind: 'healed'; what: string; target: string; [more: string]: unknown }
  | { at: number; kind: 'note'; says: string; [more: string]: unknown };

/** What the harness did and what came back, in memory for the checker and line by line in a file for people. */
export class History {
  readonly entries: HistoryEntry[] = [];
  readonly file: string;
  /** Epoch milliseconds. */
  readonly started = Date.now();
  private readonly stream: WriteStream;
  private last = 0;

  constructor(file: string) {
    this.file = file;
    mkdirSync(dirname(file), { recursive: true });
    this.stream = createWriteStream(file);
  }

  now(): number {
    return Date.now() - this.started;
  }

  /** Begins an operation; the answer ends it. */
  begin(
    by: string,
    what: string,
    more: Record<string, unknown> = {},
  ): (ending: Ending, more?: Record<string, unknown>) => void {
    this.last += 1;
    const op = `op-${this.last}`;
    this.add({ at: this.now(), kind: 'start', op, by, what, ...more });
    return (ending, after = {}) => this.add({ at: this.now(), kind: ending, op, ...after });
  }

  fault(what: string, target: string, more: Record<string, unknown> = {}): void {
    this.add({ at: this.now(), kind: 'fault', what, target, ...more });
  }

  healed(what: string, target: string, more: Record<string, unknown> = {}): void {
    this.add({ at: this.now(), kind: 'healed', what, target, ...more });
  }

  note(says: string, more: Record<string, unknown> = {}): void {
    this.add({ at: this.now(), kind: 'note', says, ...more });
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.stream.end(() => resolve()));
  }

  private add(entry: HistoryEntry): void {
    this.entries.push(entry);
    this.stream.write(`${JSON.stringify(entry)}\n`);
  }
}
