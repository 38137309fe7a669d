import type { Clock } from '#libs/contracts';
import type { BusMessage, KeyBatch, KeyHandler } from '../port.ts';
import { asError, isTransient, isUndecodable, TooManyParkedKeysError } from './error-kind.ts';
import type { ParkedKeys } from './parked-keys.ts';
import type { PartitionProgress } from './partition-progress.ts';

export interface LaneLimits {
  /** Keys handled at the same time. */
  parallelKeys: number;
  /** Entries of one key in one handler call. */
  fold: number;
  /** After this long no new handler call starts, so that other partitions get their turn. */
  budgetMs: number;
}

export const LANE_LIMITS: LaneLimits = { parallelKeys: 16, fold: 64, budgetMs: 400 };

export interface LaneWork<T> {
  decode: (message: BusMessage) => T;
  handler: KeyHandler<T>;
  parked: ParkedKeys;
  /** Resolves when the dead letter is durable. */
  deadLetter: (message: BusMessage, reason: string) => Promise<void>;
  clock: Clock;
  limits: LaneLimits;
}

export interface LaneControl {
  /** Aborted when the partition is lost. */
  signal: AbortSignal;
  /** True when nothing new shall begin (the consumer closes). */
  stopping: () => boolean;
}

export interface LaneOutcome {
  /** First offset that is not done: what may be committed, and where to go on. */
  next: bigint;
  /** Infrastructure was away: pause, then come again from `next`. */
  transient?: Error;
  /** The consumer has to stop. */
  fatal?: Error;
}

/**
 * Works off one batch of one partition: same key in order and folded, different keys side by side. Never rejects; a message
 * is done when its handler resolved, when it is parked, or when its dead letter is durable.
 */
export async function runLanes<T>(
  batch: readonly BusMessage[],
  progress: PartitionProgress,
  work: LaneWork<T>,
  control: LaneControl,
): Promise<LaneOutcome> {
  const run = new LaneRun(progress, work, control);
  await run.all(lanesOf(batch, progress));
  return { next: progress.lowWater(batch), ...run.stopped };
}

function lanesOf(batch: readonly BusMessage[], progress: PartitionProgress): BusMessage[][] {
  const lanes = new Map<string, BusMessage[]>();
  for (const message of batch) {
    if (progress.isDone(message.offset)) continue;
    const lane = lanes.get(message.key);
    if (lane) lane.push(message);
    else lanes.set(message.key, [message]);
  }
  return [...lanes.values()];
}

class LaneRun<T> {
  readonly stopped: { transient?: Error; fatal?: Error } = {};
  readonly #progress: PartitionProgress;
  readonly #work: LaneWork<T>;
  readonly #control: LaneControl;
  readonly #deadline: number;

  constructor(progress: PartitionProgress, work: LaneWork<T>, control: LaneControl) {
    this.#progress = progress;
    this.#work = work;
    this.#control = control;
    this.#deadline = work.clock.now() + work.limits.budgetMs;
  }

  async all(lanes: readonly BusMessage[][]): Promise<void> {
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < lanes.length && !this.#mustStop()) await this.#lane(lanes[next++]!);
    };
    await Promise.all(Array.from({ length: Math.min(this.#work.limits.parallelKeys, lanes.length) }, worker));
  }

  /** Whatever goes wrong around the handler (parking lot, dead-letter topic) is infrastructure, not the message. */
  async #lane(lane: readonly BusMessage[]): Promise<void> {
    try {
      await this.#messagesOfKey(lane);
    } catch (error) {
      if (error instanceof TooManyParkedKeysError) this.stopped.fatal ??= asError(error);
      else this.stopped.transient ??= asError(error);
    }
  }

  async #messagesOfKey(lane: readonly BusMessage[]): Promise<void> {
    for (let at = 0; at < lane.length && !this.#mustStop();) {
      if (this.#work.parked.has(lane[at]!.key)) return this.#parkRest(lane, at);
      const chunk = lane.slice(at, at + this.#work.limits.fold);
      await this.#chunk(chunk);
      at += chunk.length;
    }
  }

  async #chunk(chunk: readonly BusMessage[]): Promise<void> {
    const entries = await this.#decodeAll(chunk);
    if (entries === undefined) return this.#oneByOne(chunk);
    if (entries.length === 0) return;
    try {
      await this.#handle(entries);
    } catch (error) {
      if (isTransient(error) || this.#control.signal.aborted) throw error;
      await this.#oneByOne(chunk, entries.length === 1 ? error : undefined);
    }
  }

  /** Undecodable ones go to the dead letters. `undefined` when the decoder itself broke: then each is tried alone. */
  async #decodeAll(chunk: readonly BusMessage[]): Promise<KeyBatch<T>['entries'] | undefined> {
    const entries: { message: BusMessage; value: T }[] = [];
    for (const message of chunk) {
      if (this.#progress.isDone(message.offset)) continue;
      try {
        entries.push({ message, value: this.#work.decode(message) });
      } catch (error) {
        if (!isUndecodable(error)) return undefined;
        await this.#work.deadLetter(message, asError(error).message);
        this.#progress.markDone(message.offset);
      }
    }
    return entries;
  }

  /** Finds the entry that fails and parks its key; `known` is its error when there was only one. */
  async #oneByOne(chunk: readonly BusMessage[], known?: unknown): Promise<void> {
    for (const [index, message] of chunk.entries()) {
      if (this.#progress.isDone(message.offset)) continue;
      if (this.#control.signal.aborted) return;
      try {
        if (known !== undefined) throw known;
        await this.#handle([{ message, value: this.#work.decode(message) }]);
      } catch (error) {
        if (isTransient(error) || this.#control.signal.aborted) throw error;
        await this.#work.parked.parkKey(message, error);
        this.#progress.markDone(message.offset);
        return this.#parkRest(chunk, index + 1);
      }
    }
  }

  async #handle(entries: KeyBatch<T>['entries']): Promise<void> {
    await this.#work.handler({ key: entries[0]!.message.key, entries, signal: this.#control.signal });
    for (const { message } of entries) this.#progress.markDone(message.offset);
  }

  async #parkRest(lane: readonly BusMessage[], from: number): Promise<void> {
    for (const message of lane.slice(from)) {
      if (this.#progress.isDone(message.offset)) continue;
      await this.#work.parked.park(message);
      this.#progress.markDone(message.offset);
    }
  }

  #mustStop(): boolean {
    return (
      this.stopped.transient !== undefined ||
      this.stopped.fatal !== undefined ||
      this.#control.signal.aborted ||
      this.#control.stopping() ||
      this.#work.clock.now() > this.#deadline
    );
  }
}
