import type { ConnectorLog } from '#libs/connector-kit';
import type { NumberedEntry, Threads } from './thread.ts';

/** Somebody who waits for a visitor's thread to grow. */
export interface Listener {
  /** Looks whether there is anything new. Called too often rather than too rarely. */
  look(): Promise<void>;
  typing(): void;
  /** The process ends. */
  end(): void;
}

const LISTENERS_PER_VISITOR = 8;
const SIDE_BY_SIDE = 20;

/**
 * Who is there now. A message sent by this process is looked for at once; one sent by another process is found by looking
 * every `pollMs`. Either way what goes out comes from the stored thread, so nothing is lost, doubled or out of order.
 */
export class Live {
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly timer: NodeJS.Timeout;
  private readonly log: ConnectorLog;
  private looking = false;
  private closed = false;

  constructor(options: { pollMs: number; log: ConnectorLog }) {
    this.log = options.log;
    this.timer = setInterval(() => void this.lookForAll(), options.pollMs).unref();
  }

  /** Undefined when the visitor has too many connections already or the process ends; otherwise what ends the listening. */
  add(visitor: string, listener: Listener): (() => void) | undefined {
    const own = this.listeners.get(visitor) ?? new Set();
    if (this.closed || own.size >= LISTENERS_PER_VISITOR) return undefined;
    this.listeners.set(visitor, own.add(listener));
    return () => {
      own.delete(listener);
      if (own.size === 0 && this.listeners.get(visitor) === own) this.listeners.delete(visitor);
    };
  }

  grown(visitor: string): void {
    for (const listener of this.of(visitor)) void this.lookFor(listener);
  }

  typing(visitor: string): void {
    for (const listener of this.of(visitor)) listener.typing();
  }

  /** Resolves with what comes after `after`, at the latest after `ms` with nothing; undefined when there are too many. */
  async wait(
    threads: Threads,
    visitor: string,
    after: number,
    { limit, ms }: { limit: number; ms: number },
  ): Promise<NumberedEntry[] | undefined> {
    let done: (found: NumberedEntry[]) => void = () => undefined;
    const found = new Promise<NumberedEntry[]>((resolve) => (done = resolve));
    const look = async () => {
      const entries = await threads.read(visitor, after, limit);
      if (entries.length > 0) done(entries);
    };
    const leave = this.add(visitor, { look, typing: () => undefined, end: () => done([]) });
    if (leave === undefined) return undefined;
    const timer = setTimeout(() => done([]), ms).unref();
    try {
      await look();
      return await found;
    } finally {
      clearTimeout(timer);
      leave();
    }
  }

  close(): void {
    this.closed = true;
    clearInterval(this.timer);
    for (const own of this.listeners.values()) for (const listener of own) listener.end();
  }

  private of(visitor: string): Listener[] {
    return [...(this.listeners.get(visitor) ?? [])];
  }

  private async lookForAll(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    const all = [...this.listeners.values()].flatMap((own) => [...own]);
    for (let i = 0; i < all.length; i += SIDE_BY_SIDE)
      await Promise.all(all.slice(i, i + SIDE_BY_SIDE).map((one) => this.lookFor(one)));
    this.looking = false;
  }

  private lookFor(listener: Listener): Promise<void> {
    return listener
      .look()
      .catch((error: unknown) =>
        this.log.warn({ err: error }, "a visitor's thread could not be read; it is tried again"),
      );
  }
}
