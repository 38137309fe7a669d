import type { BusMessage, KeyBatch } from '../port.ts';
import { asError, isTransient, isUndecodable } from './error-kind.ts';
import type { Lane } from './lane-window.ts';
import type { LaneWork } from './lane-work.ts';

/**
 * Works off the messages of one key. A message is done when its handler resolved, when it is parked, or when its dead letter is
 * durable; it leaves its lane then, and not before.
 */
export class LaneCalls<T> {
  readonly #work: LaneWork<T>;
  readonly #signal: AbortSignal;

  /** `signal`: aborted when the partition is lost. */
  constructor(work: LaneWork<T>, signal: AbortSignal) {
    this.#work = work;
    this.#signal = signal;
  }

  /**
   * The lane's next messages, in one call if none fails. Rejects when infrastructure is away (whatever goes wrong around the
   * handler, parking lot or dead-letter topic, is infrastructure and not the message), or with `TooManyParkedKeysError`; what is
   * not done waits in the lane then, in front.
   */
  async next(lane: Lane): Promise<void> {
    const { fold } = this.#work.limits;
    if (lane.waiting.length <= fold) {
      lane.running = lane.waiting;
      lane.waiting = [];
    } else {
      lane.running = lane.waiting.splice(0, fold);
    }
    try {
      if (this.#work.parked.has(lane.running[0]!.key)) await this.#park(lane);
      else await this.#chunk(lane);
    } finally {
      if (lane.running.length > 0) lane.waiting = lane.running.concat(lane.waiting);
      lane.running = [];
    }
  }

  async #chunk(lane: Lane): Promise<void> {
    const { entries, dead, broken } = this.#decode(lane.running);
    for (const { message, reason } of dead) {
      await this.#work.deadLetter(message, reason);
      lane.running = lane.running.filter((other) => other !== message);
    }
    if (broken) return this.#oneByOne(lane);
    if (entries.length === 0) return;
    try {
      await this.#handle(entries);
      lane.running = [];
    } catch (error) {
      if (isTransient(error) || this.#signal.aborted) throw error;
      await this.#oneByOne(lane, entries.length === 1 ? error : undefined);
    }
  }

  /** `dead`: those that are no message. `broken`: the decoder itself broke on one, so each is tried alone. */
  #decode(messages: readonly BusMessage[]): Decoded<T> {
    const entries: { message: BusMessage; value: T }[] = [];
    const dead: Decoded<T>['dead'] = [];
    for (const message of messages) {
      try {
        entries.push({ message, value: this.#work.decode(message) });
      } catch (error) {
        if (!isUndecodable(error)) return { entries, dead, broken: true };
        dead.push({ message, reason: asError(error).message });
      }
    }
    return { entries, dead, broken: false };
  }

  /** Finds the message that fails and parks its key; `known` is its error when there was only one. */
  async #oneByOne(lane: Lane, known?: unknown): Promise<void> {
    while (lane.running.length > 0) {
      if (this.#signal.aborted) return;
      const message = lane.running[0]!;
      try {
        if (known !== undefined) throw known;
        await this.#handle([{ message, value: this.#work.decode(message) }]);
      } catch (error) {
        if (isTransient(error) || this.#signal.aborted) throw error;
        await this.#work.parked.parkKey(message, error);
        lane.running.shift();
        return this.#park(lane);
      }
      lane.running.shift();
    }
  }

  async #handle(entries: KeyBatch<T>['entries']): Promise<void> {
    await this.#work.handler({ key: entries[0]!.message.key, entries, signal: this.#signal });
  }

  async #park(lane: Lane): Promise<void> {
    while (lane.running.length > 0) {
      await this.#work.parked.park(lane.running[0]!);
      lane.running.shift();
    }
  }
}

interface Decoded<T> {
  entries: { message: BusMessage; value: T }[];
  dead: { message: BusMessage; reason: string }[];
  broken: boolean;
}
