import type { Clock } from '#libs/contracts';
import type { BusLogger } from '../logger.ts';
import { messageOfError } from '../lanes/error-kind.ts';
import { type BusRecord, TransientError } from '../port.ts';
import type { CommittedOffset, LogFile, LogPartition } from './log-file.ts';

/**
 * Finished offsets are written at most this often (milliseconds): there is one per group and partition, and one that is lost in a
 * crash means redelivery only.
 */
const OFFSETS_WAIT_MS = 200;

/** By group and partition: everything below the offset is finished. */
type Finished = Map<string, Map<LogPartition, number>>;

interface Waiting {
  records: readonly BusRecord[];
  resolve: () => void;
  reject: (error: Error) => void;
}

/**
 * The one writer of the log. Everything published within one turn of the event loop, or while the flush before it was under way,
 * shares one transaction, so one fsync; the offsets that consumers have finished go along.
 */
export class GroupCommit {
  readonly #log: LogFile;
  readonly #clock: Clock;
  readonly #logger: BusLogger;
  readonly #grew: (partitions: ReadonlySet<LogPartition>) => void;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #finished: Finished = new Map();
  #offsetTimer: NodeJS.Timeout | undefined;
  #offsetsDue = false;
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
      this.#start();
    });
  }

  /** Notes that a group has finished everything below `offset`; becomes durable soon. */
  finished(group: string, partition: LogPartition, offset: number): void {
    this.#note(group, partition, offset);
    this.#offsetTimer ??= setTimeout(() => this.#flushOffsets(), OFFSETS_WAIT_MS);
  }

  #note(group: string, partition: LogPartition, offset: number): void {
    let ofGroup = this.#finished.get(group);
    if (ofGroup === undefined) this.#finished.set(group, (ofGroup = new Map()));
    ofGroup.set(partition, offset);
  }

  #flushOffsets(): void {
    this.#offsetTimer = undefined;
    this.#offsetsDue = true;
    this.#start();
  }

  #start(): void {
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0 || (this.#offsetsDue && this.#finished.size > 0)) await this.#flush();
    this.#running = undefined;
  }

  async #flush(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    const finished = this.#takeFinished();
    try {
      const records = waiting.length === 1 ? waiting[0]!.records : waiting.flatMap((w) => w.records);
      const grown = await this.#log.append(records, offsetsOf(finished), this.#clock.now());
      this.failure = undefined;
      for (const { resolve } of waiting) resolve();
      this.#grew(grown);
    } catch (error) {
      this.#giveBack(finished);
      this.#failed(waiting, error);
    }
  }

  #takeFinished(): Finished {
    const finished = this.#offsetsDue ? this.#finished : new Map();
    if (this.#offsetsDue) this.#finished = new Map();
    this.#offsetsDue = false;
    return finished;
  }

  /** Unless the group has come further meanwhile. */
  #giveBack(unwritten: Finished): void {
    for (const { group, partition, offset } of offsetsOf(unwritten)) {
      if (this.#finished.get(group)?.has(partition) !== true) this.#note(group, partition, offset);
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
      { error: reason, publishes: waiting.length, offsets: this.#finished.size },
      'embedded bus: write failed',
    );
    for (const { reject } of waiting) reject(this.failure);
    if (this.#finished.size > 0) this.#offsetTimer ??= setTimeout(() => this.#flushOffsets(), 1000);
  }

  /** Resolves when everything that was handed in is written, or has failed. */
  async close(): Promise<void> {
    clearTimeout(this.#offsetTimer);
    this.#offsetsDue = true;
    this.#start();
    await this.#running;
    clearTimeout(this.#offsetTimer);
  }
}

function* offsetsOf(finished: Finished): Generator<CommittedOffset> {
  for (const [group, partitions] of finished) {
    for (const [partition, offset] of partitions) yield { group, partition, offset };
  }
}
