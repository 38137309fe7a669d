import { statfs } from 'node:fs/promises';
import type { Logger } from './logging.ts';

const LOOK_MS = 1000;
/** Space has to exceed the limit by this much before intake opens again, so that it does not flap. */
const RECOVERY = 1.25;

export interface DiskSpaceOptions {
  /** Folder of the embedded bus and store. */
  dir: string;
  minFreeBytes: number;
  logger: Pick<Logger, 'warn' | 'info'>;
  statfs?: (dir: string) => Promise<{ bavail: number; bsize: number }>;
}

/** Watches the disk of the embedded bus and store: what is accepted must still find room, so intake closes before it is full. */
export class DiskSpace {
  readonly #options: DiskSpaceOptions;
  readonly #statfs: NonNullable<DiskSpaceOptions['statfs']>;
  #low: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: DiskSpaceOptions) {
    this.#options = options;
    this.#statfs = options.statfs ?? statfs;
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(), LOOK_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Why nothing should be taken in; undefined while there is room. */
  low(): string | undefined {
    return this.#low;
  }

  /** Looks now; runs by itself once a second. A disk that cannot be asked is taken to be as it was. */
  async look(): Promise<void> {
    const { dir, minFreeBytes, logger } = this.#options;
    let free: number;
    try {
      const { bavail, bsize } = await this.#statfs(dir);
      free = bavail * bsize;
    } catch (error) {
      logger.warn({ dir, err: error }, 'the free space of the data folder cannot be read');
      return;
    }
    if (this.#low === undefined ? free >= minFreeBytes : free >= minFreeBytes * RECOVERY) {
      if (this.#low !== undefined) logger.info({ dir, freeMb: mb(free) }, 'the disk has room again: intake is open');
      this.#low = undefined;
      return;
    }
    if (this.#low === undefined)
      logger.warn({ dir, freeMb: mb(free) }, 'the disk is nearly full: nothing new is taken in');
    this.#low = `the disk of ${dir} is nearly full: ${mb(free)} MB free, at least ${mb(minFreeBytes)} MB needed`;
  }
}

const mb = (bytes: number): number => Math.floor(bytes / 1_048_576);
