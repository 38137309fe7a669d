import { backoffMs } from '../lanes/backoff.ts';
import { deadLetterOf } from '../lanes/dead-letter.ts';
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
  readonly #context: Pick<MemberContext, 'clock' | 'limits' | 'parked' | 'publish' | 'logger'>;
  readonly #work: LaneWork<unknown>;
  #progress = new Map<string, PartitionProgress>();
  #parkedLoaded: Promise<void> | undefined;

  constructor(
    options: ConsumeOptions<unknown>,
    context: Pick<MemberContext, 'clock' | 'limits' | 'parked' | 'publish' | 'logger'>,
  ) {
    this.#options = options;
    this.#context = context;
    const { clock, limits, parked } = context;
    this.#work = {
      decode: options.decode,
      handler: options.handler,
      parked,
      deadLetter: async (message, reason) => {
        await context.publish([deadLetterOf(message, reason, clock.now())]);
        const { topic, partition, offset } = message;
        const place = { group: options.group, topic, partition, offset: String(offset) };
        context.logger.error({ ...place, reason }, 'bus: a record could not be decoded; it is in the dead letters');
      },
      clock,
      limits,
    };
  }

  /** Partitions were assigned: others may have moved on and parked keys meanwhile. */
  startAfresh(): void {
    this.#progress = new Map();
    this.#parkedLoaded = undefined;
  }

  /** Works off a batch of one partition, in order of offsets, never empty. Only one at a time per partition. Never rejects. */
  async run(batch: readonly BusMessage[], control: LaneControl): Promise<LaneOutcome> {
    const first = batch[0]!;
    try {
      this.#parkedLoaded ??= this.#context.parked.load();
      await this.#parkedLoaded;
    } catch (error) {
      this.#parkedLoaded = undefined;
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

  release(key: string, signal: AbortSignal): Promise<number> {
    const { decode, handler } = this.#work;
    return releaseKey(this.#context.parked, key, { decode, handler, signal });
  }

  #progressOf({ topic, partition }: Place): PartitionProgress {
    const id = `${topic}:${partition}`;
    const known = this.#progress.get(id) ?? new PartitionProgress();
    this.#progress.set(id, known);
    return known;
  }
}
