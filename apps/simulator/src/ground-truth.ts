import { closeSync, openSync, writeSync } from 'node:fs';

/** What happened at the provider, in the order in which it happened. */
export type TruthKind =
  /** A call that changed something was accepted: what the customer got. */
  | 'sent'
  /** An update was made: what the customer did. */
  | 'update'
  /** How the bot's server took an update. */
  | 'webhook-answer';

export interface TruthEntry {
  /** Counts from 1 within one process of the simulator. */
  n: number;
  /** Epoch milliseconds. */
  t: number;
  kind: TruthKind;
  [field: string]: unknown;
}

/**
 * The ground truth that a test compares the product with: all of it in memory, and, with a file, appended line by line before
 * the caller goes on, so that no crash of the product can take it away.
 */
export class GroundTruth {
  private entries: TruthEntry[] = [];
  private last = 0;
  private readonly file: number | undefined;
  constructor(path?: string) {
    this.file = path === undefined ? undefined : openSync(path, 'a');
  }

  add(t: number, kind: TruthKind, fields: Record<string, unknown>): TruthEntry {
    const entry: TruthEntry = { n: ++this.last, t, kind, ...fields };
    this.entries.push(entry);
    if (this.file !== undefined) writeSync(this.file, `${JSON.stringify(entry)}\n`);
    return entry;
  }

  /** Entries after number `since`, oldest first. */
  since(since: number, options: { kind?: TruthKind; limit?: number } = {}): TruthEntry[] {
    const first = this.entries[0]?.n ?? 1;
    const found: TruthEntry[] = [];
    for (
      let i = Math.max(0, since - first + 1);
      i < this.entries.length && found.length < (options.limit ?? Infinity);
      i++
    ) {
      const entry = this.entries[i]!;
      if (options.kind === undefined || entry.kind === options.kind) found.push(entry);
    }
    return found;
  }

  get lastNumber(): number {
    return this.last;
  }

  /** Empties the memory; numbers go on, the file is not touched. */
  clear(): void {
    this.entries = [];
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file);
  }
}
