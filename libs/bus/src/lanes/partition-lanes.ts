import type { BusMessage } from '../port.ts';
import { backoffMs } from './backoff.ts';
import { asError, TooManyParkedKeysError } from './error-kind.ts';
import { LaneCalls } from './lane-calls.ts';
import type { LaneEvents } from './lane-events.ts';
import type { Lane, LaneWindow } from './lane-window.ts';
import type { LaneWork } from './lane-work.ts';
import { Rest } from './rest.ts';

/**
 * Works off one partition for as long as its consumer has it: the messages of a key in order and folded, never two calls of a key
 * at once, different keys side by side.
 *
 * It works in turns. A turn begins the keys that wait, and is over when they are done; when only calls are left that take longer
 * than `holdMs`; or when its time budget is used up. Calls that go on beyond their turn hold nobody up: the partition takes the
 * next messages, those of a key that is still in work queue behind its call. What bounds this is the number of keys in work
 * (`parallelKeys`: slow ones count, so when all are slow the others wait) and the window: from the first message that is not
 * done on, `windowMessages` at most are begun; then the partition waits. Only what lies below that message is ever
 * reported as done, so that a crash brings everything above again.
 *
 * When infrastructure is away, nothing begins until a pause is over; then what failed comes again, from memory.
 */
export class PartitionLanes<T> {
  readonly #window: LaneWindow;
  readonly #work: LaneWork<T>;
  readonly #signal: AbortSignal;
  readonly #events: LaneEvents;
  readonly #calls: LaneCalls<T>;
  #driving: Promise<boolean> = Promise.resolve(false);
  #isDriving = false;
  #prepared: boolean;
  #stopped = false;
  #forgotten = false;
  #transient: Error | undefined;
  /** Pauses since a turn without trouble in which something was done. */
  #attempt = 0;
  #succeeded = false;
  #running = 0;
  #turn = 0;
  /** Set while a turn is on. */
  #endTurn: (() => void) | undefined;
  #deadline = 0;
  /** Calls of earlier turns among those running. */
  #held = 0;
  /** The calls of this turn have had their time. */
  #slow = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #rest: Rest;
  #ends: (() => void)[] = [];

  /** `signal`: aborted when the partition is lost; nothing begins afterwards. */
  constructor(window: LaneWindow, work: LaneWork<T>, signal: AbortSignal, events: LaneEvents) {
    this.#window = window;
    this.#work = work;
    this.#signal = signal;
    this.#events = events;
    this.#calls = new LaneCalls(work, signal);
    this.#prepared = events.prepare === undefined;
    this.#rest = new Rest(() => events.rests?.());
  }

  /** Calls are under way. */
  get busy(): boolean {
    return this.#running > 0;
  }

  /** Nothing begins any more. */
  get stopped(): boolean {
    return this.#stopped || this.#signal.aborted;
  }

  /** A `take` is under way that has nothing to do: it waits for a pause to end, or for room behind a slow call. */
  get resting(): boolean {
    return this.#rest.why !== undefined;
  }

  /**
   * Takes messages, in order of offsets; those it has or had are left out. Never rejects. Resolves when the partition may go on:
   * with true when messages still wait for a turn (call again, with or without more), with false when all that waits does so
   * behind calls under way, or when nothing begins here any more. A call during another shares its end.
   */
  take(batch: readonly BusMessage[]): Promise<boolean> {
    if (this.stopped) return Promise.resolve(false);
    this.#window.give(batch);
    if (this.#isDriving) return this.#driving;
    this.#isDriving = true;
    this.#driving = this.#drive();
    return this.#driving;
  }

  /** Takes, turn after turn, until all that waits does so behind calls under way. */
  async takeAll(batch: readonly BusMessage[]): Promise<void> {
    for (let again = await this.take(batch); again;) again = await this.take([]);
  }

  /** Reading met infrastructure that is away: resolves after a pause, as a call that did would be repeated after one. */
  async pause(error: Error): Promise<void> {
    this.#transient ??= error;
    await this.take([]);
  }

  /** Nothing begins any more, and whoever waits for `take` goes on. What runs may finish, and counts. */
  stop(): void {
    this.#stopped = true;
    this.#rest.end();
  }

  /** As `stop`, and what still runs is reported no more: the partition is somebody else's. */
  forget(): void {
    this.stop();
    this.#forgotten = true;
  }

  /** Resolves when no call is under way. */
  async idle(): Promise<void> {
    while (this.#running > 0) await this.#nextEnd();
  }

  /** Resolves when no call of the key is under way. */
  async quiet(key: string): Promise<void> {
    while (this.#window.isBusy(key)) await this.#nextEnd();
  }

  async #drive(): Promise<boolean> {
    try {
      for (;;) {
        if (!this.#prepared) await this.#prepare();
        if (this.stopped) return false;
        if (this.#transient === undefined) await this.#takeTurn();
        this.#report();
        if (this.stopped) return false;
        if (this.#transient !== undefined) {
          await this.#pauseFor(this.#transient);
          continue;
        }
        if (this.#succeeded) this.#attempt = 0;
        if (this.#window.hasReady) return true;
        if (this.#window.hasRoom) return this.#window.waits;
        await this.#rest.begin('room');
      }
    } finally {
      this.#isDriving = false;
    }
  }

  async #prepare(): Promise<void> {
    try {
      await this.#events.prepare?.();
      this.#prepared = true;
    } catch (error) {
      this.#transient ??= asError(error);
    }
  }

  /** Begins what may begin; resolves when the turn is over. */
  #takeTurn(): Promise<void> | undefined {
    const { clock, limits } = this.#work;
    this.#turn += 1;
    this.#held = this.#running;
    this.#deadline = clock.now() + limits.budgetMs;
    this.#window.admit(this.#work.skips);
    this.#begin();
    if (this.#isTurnOver()) return undefined;
    this.#watch();
    return new Promise((resolve) => {
      this.#endTurn = resolve;
    });
  }

  #begin(): void {
    while (this.#running < this.#work.limits.parallelKeys && this.#mayBegin()) {
      const lane = this.#window.begin(this.#turn);
      if (!lane) return;
      this.#running += 1;
      this.#slow = false;
      if (this.#endTurn && !this.#window.hasReady) this.#watch();
      void this.#run(lane);
    }
  }

  async #run(lane: Lane): Promise<void> {
    try {
      do {
        await this.#calls.next(lane);
        this.#succeeded = true;
        if (this.#isHeld(lane)) this.#report();
      } while (lane.waiting.length > 0 && this.#mayGoOn() && !this.#isWantedByOthers());
    } catch (error) {
      this.#note(error);
    }
    this.#window.ended(lane);
    this.#running -= 1;
    if (this.#isHeld(lane)) {
      this.#held -= 1;
      this.#report();
    }
    if (this.#endTurn) {
      this.#begin();
      this.#look();
    }
    if (this.#ends.length > 0) for (const end of this.#ends.splice(0)) end();
  }

  #note(error: unknown): void {
    if (error instanceof TooManyParkedKeysError) {
      if (this.#stopped) return;
      this.stop();
      this.#events.failed(error);
      return;
    }
    this.#transient ??= asError(error);
    if (!this.#isDriving) void this.takeAll([]);
    else if (this.#rest.why === 'room') this.#rest.end();
  }

  /** Ends the turn if it is over. True while one is on. */
  #look(): boolean {
    const end = this.#endTurn;
    if (!end || !this.#isTurnOver()) return end !== undefined;
    this.#endTurn = undefined;
    end();
    return false;
  }

  /** Calls of its own that are still within their time keep a turn on; so do keys that may begin when a call ends. */
  #isTurnOver(): boolean {
    if (this.#running > this.#held && !this.#slow) return false;
    return !this.#window.hasReady || !this.#mayBegin();
  }

  /** Looks at the turn when its calls have had their time, and from then on as often. */
  #watch(): void {
    if (this.#timer) {
      this.#timer.refresh();
      return;
    }
    this.#timer = setTimeout(() => {
      this.#slow = true;
      if (this.#look()) this.#watch();
    }, this.#work.limits.holdMs).unref();
  }

  async #pauseFor(error: Error): Promise<void> {
    const waitMs = backoffMs(this.#attempt);
    this.#attempt += 1;
    this.#succeeded = false;
    this.#events.paused(error, this.#attempt, waitMs);
    await this.#rest.begin('pause', waitMs);
    this.#transient = undefined;
  }

  #report(): void {
    if (this.#forgotten) return;
    const lowWater = this.#window.moved();
    if (lowWater === undefined) return;
    this.#events.advanced(lowWater);
    if (this.#rest.why === 'room' && this.#window.hasRoom) this.#rest.end();
  }

  /** Begun in a turn that is over: the partition has gone on beside it. */
  #isHeld(lane: Lane): boolean {
    return lane.turn !== this.#turn || this.#endTurn === undefined;
  }

  /** Keys wait for one of those in work to end: whoever has more to do gets in line behind them. */
  #isWantedByOthers(): boolean {
    return this.#running >= this.#work.limits.parallelKeys && this.#window.hasReady;
  }

  #mayBegin(): boolean {
    return this.#mayGoOn() && this.#work.clock.now() <= this.#deadline;
  }

  #mayGoOn(): boolean {
    return this.#transient === undefined && !this.stopped;
  }

  #nextEnd(): Promise<void> {
    return new Promise((resolve) => {
      this.#ends.push(resolve);
    });
  }
}
