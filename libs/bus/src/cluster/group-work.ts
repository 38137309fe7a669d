import { AskedReleases } from '../lanes/asked-releases.ts';
import { backoffMs } from '../lanes/backoff.ts';
import { deadLetterer } from '../lanes/dead-letter.ts';
import { asError } from '../lanes/error-kind.ts';
import { PartitionProgress } from '../lanes/partition-progress.ts';
import { releaseKey } from '../lanes/replay-parked.ts';
import { type LaneControl, type LaneOutcome, type LaneWork, runLanes } from '../lanes/run-lanes.ts';
import type { BusMessage, ConsumeOptions } from '../port.ts';
import type { MemberContext } from './cluster-client.ts';

type Place = Pick<BusMessage, 'topic' | 'partition'>;

/** What one member of a group does with batches of its partitions, whichever client fetched them. */
export class GroupWork {
  readonly #options: ConsumeOptions<unknown>;
  readonly #context: MemberContext;
  readonly #work: LaneWork<unknown>;
  readonly #abort = new AbortController();
  readonly #releases: AskedReleases;
  #progress = new Map<string, PartitionProgress>();
  #parkedLoaded: Promise<void> | undefined;

  /** `owns`: whether this member consumes the partition now. */
  constructor(
    options: ConsumeOptions<unknown>,
    context: MemberContext,
    owns: (topic: string, partition: number) => boolean,
  ) {
    this.#options = options;
    this.#context = context;
    const { clock, limits, parked, logger, box, observer } = context;
    const { group } = options;
    this.#work = {
      decode: options.decode,
      handler: options.handler,
      parked,
      deadLetter: deadLetterer({
        group,
        build: parked.build,
        clock,
        logger,
        publish: (records) => context.publish(records),
        box,
        observer,
      }),
      clock,
      limits,
    };
    this.#releases = new AskedReleases({
      parked,
      logger,
      owns,
      release: (key, lost) => releaseKey(this.#work, key, { signal: this.#abort.signal, lost }),
    });
  }

  /** From now on releases are made that were asked for elsewhere. */
  start(): void {
    this.#releases.start();
  }

  /** No new release begins; resolves when the running one has stopped behind its record. */
  stop(): Promise<void> {
    return this.#releases.stop();
  }

  /** What still runs may give up. */
  abort(reason: Error): void {
    this.#abort.abort(reason);
  }

  /** Partitions were assigned: others may have moved on and parked keys meanwhile. */
  startAfresh(): void {
    this.#progress = new Map();
    this.#parkedLoaded = undefined;
    this.#loadParked().catch(() => {});
  }

  /** Works off a batch of one partition, in order of offsets, never empty. Only one at a time per partition. Never rejects. */
  async run(batch: readonly BusMessage[], control: LaneControl): Promise<LaneOutcome> {
    const first = batch[0]!;
    try {
      await this.#loadParked();
    } catch (error) {
      return { next: first.offset, transient: asError(error) };
    }
    return runLanes(batch, this.#progressOf(first), this.#work, control);
  }

  /** After a run: how many milliseconds the partition has to pause; 0 = go on. */
  pauseAfter(place: Place, { transient }: LaneOutcome): number {
    const progress = this.#progressOf(place);
    if (!transient) {
      progress.attempt = 0;
      return 0;
    }
    const waitMs = backoffMs(progress.attempt);
    progress.attempt += 1;
    this.#context.observer.retried?.(place.topic, this.#options.group);
    this.#context.logger.warn(
      {
        group: this.#options.group,
        topic: place.topic,
        partition: place.partition,
        attempt: progress.attempt,
        waitMs: Math.round(waitMs),
        error: transient.message,
      },
      'bus: partition pauses, infrastructure is away',
    );
    return waitMs;
  }

  release(key: string): Promise<number> {
    return releaseKey(this.#work, key, { signal: this.#abort.signal, lost: () => false });
  }

  /** Once per assignment, before its first batch. Rejects when the lot cannot be asked; the next call asks again. */
  #loadParked(): Promise<void> {
    if (this.#parkedLoaded) return this.#parkedLoaded;
    const loading = this.#context.parked.load().then((keys) => this.#releases.found(keys));
    this.#parkedLoaded = loading;
    loading.catch(() => {
      if (this.#parkedLoaded === loading) this.#parkedLoaded = undefined;
    });
    return loading;
  }

  #progressOf({ topic, partition }: Place): PartitionProgress {
    const id = `${topic}:${partition}`;
    const known = this.#progress.get(id) ?? new PartitionProgress();
    this.#progress.set(id, known);
    return known;
  }
}
