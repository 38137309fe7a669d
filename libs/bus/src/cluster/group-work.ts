import { AskedReleases } from '../lanes/asked-releases.ts';
import { deadLetterer } from '../lanes/dead-letter.ts';
import { LaneWindow } from '../lanes/lane-window.ts';
import { type LaneWork, skipsOf } from '../lanes/lane-work.ts';
import { PartitionLanes } from '../lanes/partition-lanes.ts';
import { releaseKey } from '../lanes/replay-parked.ts';
import type { BusPosition, ConsumeOptions } from '../port.ts';
import type { MemberContext } from './cluster-client.ts';

type Place = Pick<BusPosition, 'topic' | 'partition'>;

/** What the client of a member has to do with its partitions. */
export interface GroupWorkEvents {
  /** Whether this member consumes the partition now. */
  owns(topic: string, partition: number): boolean;
  /** All below `offset` is done: to be committed. */
  advanced(place: BusPosition): void;
  /** The consumer has to stop. */
  failed(error: Error): void;
  /** A partition waits without having anything to do. */
  rests?(): void;
}

interface Worked extends Place {
  window: LaneWindow;
  lanes: PartitionLanes<unknown>;
}

/** Where a partition stood when it was given up with messages above its low water begun or done. */
export interface LeftAhead extends Place {
  lowWater: bigint;
  next: bigint;
}

/**
 * The lanes of one member's partitions, whichever client fetches them. What is known of a partition lasts from one assignment to
 * the next; afterwards it is read again from what was committed, and begins when the calls of before have ended.
 */
export class GroupWork {
  readonly #options: ConsumeOptions<unknown>;
  readonly #context: MemberContext;
  readonly #events: GroupWorkEvents;
  readonly #work: LaneWork<unknown>;
  readonly #abort = new AbortController();
  readonly #releases: AskedReleases;
  #tenure = new AbortController();
  #worked = new Map<string, Worked>();
  /** Of earlier assignments, with calls that have not ended. */
  readonly #former = new Map<PartitionLanes<unknown>, string>();
  #parkedLoaded: Promise<void> | undefined;
  #stopping = false;

  constructor(options: ConsumeOptions<unknown>, context: MemberContext, events: GroupWorkEvents) {
    this.#options = options;
    this.#context = context;
    this.#events = events;
    const { clock, limits, parked, logger, box, observer } = context;
    const { group } = options;
    this.#work = {
      decode: options.decode,
      handler: options.handler,
      ...skipsOf(options),
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
      owns: (topic, partition) => events.owns(topic, partition),
      release: (key, lost) => this.#release(key, lost),
    });
  }

  /** From now on releases are made that were asked for elsewhere. */
  start(): void {
    this.#releases.start();
  }

  /** The lanes of a partition of this member, for as long as it has it. */
  lanes(topic: string, partition: number): PartitionLanes<unknown> {
    const id = `${topic}:${partition}`;
    const known = this.#worked.get(id);
    if (known) return known.lanes;
    const window = new LaneWindow(this.#work.limits);
    const lanes = new PartitionLanes(window, this.#work, this.#tenure.signal, {
      prepare: () => this.#prepare(id),
      advanced: (offset) => this.#events.advanced({ topic, partition, offset }),
      paused: (error, attempt, waitMs) => this.#paused({ topic, partition }, error, attempt, waitMs),
      failed: (error) => this.#events.failed(error),
      rests: () => this.#events.rests?.(),
    });
    if (this.#stopping) lanes.stop();
    this.#worked.set(id, { topic, partition, window, lanes });
    return lanes;
  }

  /** Calls are under way. */
  get busy(): boolean {
    return this.#former.size > 0 || [...this.#worked.values()].some(({ lanes }) => lanes.busy);
  }

  /** Resolves when no call is under way. */
  async idle(): Promise<void> {
    await Promise.all([...this.#all()].map((lanes) => lanes.idle()));
  }

  /** The partitions are lost, or about to be: nothing begins any more, what runs is told to give up. */
  giveUp(reason: Error): void {
    this.#tenure.abort(reason);
    for (const { lanes } of this.#worked.values()) lanes.stop();
  }

  /**
   * Partitions were assigned: others may have moved on and parked keys meanwhile. Returns where those stood that had got ahead of
   * what could be committed.
   */
  startAfresh(reason: Error): LeftAhead[] {
    this.giveUp(reason);
    const ahead: LeftAhead[] = [];
    for (const [id, { topic, partition, window, lanes }] of this.#worked) {
      lanes.forget();
      const { lowWater, next } = window;
      if (lowWater !== undefined && next !== undefined && lowWater < next) {
        ahead.push({ topic, partition, lowWater, next });
      }
      if (!lanes.busy) continue;
      this.#former.set(lanes, id);
      void lanes.idle().then(() => this.#former.delete(lanes));
    }
    this.#worked = new Map();
    this.#tenure = new AbortController();
    this.#parkedLoaded = undefined;
    this.#loadParked().catch(() => {});
    return ahead;
  }

  /** Nothing new begins, no call and no release; resolves when what runs has ended. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const { lanes } of this.#worked.values()) lanes.stop();
    await Promise.all([this.#releases.stop(), this.idle()]);
  }

  /** What still runs may give up. */
  abort(reason: Error): void {
    this.giveUp(reason);
    this.#abort.abort(reason);
  }

  release(key: string): Promise<number> {
    return this.#release(key, () => false);
  }

  #release(key: string, lost: () => boolean): Promise<number> {
    const quiet = async (parked: string): Promise<void> => {
      await Promise.all([...this.#all()].map((lanes) => lanes.quiet(parked)));
    };
    return releaseKey(this.#work, key, { signal: this.#abort.signal, lost, quiet });
  }

  *#all(): Iterable<PartitionLanes<unknown>> {
    for (const { lanes } of this.#worked.values()) yield lanes;
    yield* this.#former.keys();
  }

  /** Two calls of a key would run if the partition began again beside what is left of its last assignment. */
  async #prepare(id: string): Promise<void> {
    await Promise.all([...this.#former].filter(([, of]) => of === id).map(([lanes]) => lanes.idle()));
    await this.#loadParked();
  }

  #paused({ topic, partition }: Place, error: Error, attempt: number, waitMs: number): void {
    const { group } = this.#options;
    this.#context.observer.retried?.(topic, group);
    this.#context.logger.warn(
      { group, topic, partition, attempt, waitMs: Math.round(waitMs), error: error.message },
      'bus: partition pauses, infrastructure is away',
    );
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
}
