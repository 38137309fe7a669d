import { crashPoint } from '#libs/contracts';
import type { BusPosition } from '../port.ts';

/** Offsets become durable at most this long after they were reported; lost in a crash, they mean redelivery only. */
const WAIT_MS = 100;
const WAIT_AFTER_FAILURE_MS = 500;

/**
 * Commits of a member, apart from its work: one request serves all partitions that advanced within a tenth of a second. (kafkajs by
 * itself would ask the broker after every batch of every partition and fetch nothing meanwhile.)
 */
export class LowWaterCommits {
  readonly #commit: (offsets: BusPosition[]) => Promise<void>;
  #due = new Map<string, BusPosition>();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(commit: (offsets: BusPosition[]) => Promise<void>) {
    this.#commit = commit;
  }

  /** All before `offset` is done: commit soon. */
  soon(topic: string, partition: number, offset: bigint): void {
    if (this.#closed) return;
    this.#due.set(`${topic}:${partition}`, { topic, partition, offset });
    this.#timer ??= setTimeout(() => void this.now(), WAIT_MS);
  }

  /** Commits all that is due. Never rejects: what cannot be committed now is due again, until it is forgotten. */
  now(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#running = this.#running.then(() => this.#round());
    return this.#running;
  }

  /** The partitions are not this member's any more: what was not committed comes again, to whoever has them. */
  forget(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#due = new Map();
  }

  /** Forgets, and commits nothing ever again. */
  close(): void {
    this.#closed = true;
    this.forget();
  }

  async #round(): Promise<void> {
    const due = this.#due;
    if (due.size === 0) return;
    const taken = new Map(due);
    due.clear();
    crashPoint('bus.before-commit');
    try {
      await this.#commit([...taken.values()]);
    } catch {
      // Forgotten meanwhile: `due` is not the current map any more.
      if (due !== this.#due) return;
      for (const [id, offset] of taken) if (!due.has(id)) due.set(id, offset);
      this.#timer ??= setTimeout(() => void this.now(), WAIT_AFTER_FAILURE_MS);
    }
  }
}
