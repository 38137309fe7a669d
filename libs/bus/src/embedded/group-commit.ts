import type { Clock } from '#libs/contracts';
import type { BusLogger } from '../logger.ts';
import { messageOfError } from '../lanes/error-kind.ts';
import { type BusRecord, TransientError } from '../port.ts';
import type { CommittedOffset, LogFile, LogPartition } from './log-file.ts';

/** How long a finished offset may wait for a publish to share a transaction with. Lost in a crash, it means redelivery only. */
const OFFSETS_WAIT_MS = 20;

/** A flush of more publishes than this says that many are under way. */
const BUSY = 8;

interface Waiting {
  records: readonly BusRecord[];
  resolve: () => void;
  reject: (error: Error) => void;
}

/**
 * The one writer of the log. Everything published within one turn of the event loop shares one transaction, so one fsync; the
 * offsets that consumers have finished go along.
 */
export class GroupCommit {
  readonly #log: LogFile;
  readonly #clock: Clock;
  readonly #logger: BusLogger;
  readonly #grew: (partitions: ReadonlySet<LogPartition>) => void;
  #waiting: Waiting[] = [];
  #scheduled = false;
  #lastSize = 0;
  readonly #offsets = new Map<string, CommittedOffset>();
  #offsetTimer: NodeJS.Timeout | undefined;
  /** The last write failed; undefined after one that worked. */
  failure: Error | undefined;

  constructor(log: LogFile, clock: Clock, logger: BusLogger, grew: (partitions: ReadonlySet<LogPartition>) => void) {
    this.#log = log;
    this.#clock = clock;
    this.#logger = logger;
    this.#grew = grew;
  }

  publish(records: readonly BusRecord[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ records, resolve, reject });
      if (this.#scheduled) return;
      this.#scheduled = true;
      // Under load one more turn gathers more: fewer flushes, at a fraction of what a flush takes.
      if (this.#lastSize > BUSY) setImmediate(() => setImmediate(() => this.flush()));
      else setImmediate(() => this.flush());
    });
  }

  /** Notes that a group has finished everything below `offset`; becomes durable soon. */
  finished(group: string, partition: LogPartition, offset: number): void {
    this.#offsets.set(`${group}\u001f${partition.id}`, { group, partition, offset });
    this.#offsetTimer ??= setTimeout(() => this.flush(), OFFSETS_WAIT_MS);
  }

  /** Finished, durable or not yet: what `lag` reports. */
  pendingOffset(group: string, partition: LogPartition): number | undefined {
    return this.#offsets.get(`${group}\u001f${partition.id}`)?.offset;
  }

  flush(): void {
    const waiting = this.#waiting;
    this.#lastSize = waiting.length;
    this.#waiting = [];
    this.#scheduled = false;
    clearTimeout(this.#offsetTimer);
    this.#offsetTimer = undefined;
    if (waiting.length === 0 && this.#offsets.size === 0) return;
    try {
      const records = waiting.length === 1 ? waiting[0]!.records : waiting.flatMap((w) => w.records);
      const grown = this.#log.append(records, this.#offsets.values(), this.#clock.now());
      this.#offsets.clear();
      this.failure = undefined;
      for (const { resolve } of waiting) resolve();
      this.#grew(grown);
    } catch (error) {
      this.#failed(waiting, error);
    }
  }

  /** Records were checked before they were queued, so what fails here is the disk: full, read-only, broken. */
  #failed(waiting: readonly Waiting[], error: unknown): void {
    const reason = messageOfError(error);
    this.failure = new TransientError(
      `the embedded bus could not write: ${reason}. Check free space and permissions of its file`,
      {
        cause: error,
      },
    );
    this.#logger.error(
      { error: reason, publishes: waiting.length, offsets: this.#offsets.size },
      'embedded bus: write failed',
    );
    for (const { reject } of waiting) reject(this.failure);
    if (this.#offsets.size > 0) this.#offsetTimer ??= setTimeout(() => this.flush(), 1000);
  }

  close(): void {
    this.flush();
    clearTimeout(this.#offsetTimer);
  }
}
