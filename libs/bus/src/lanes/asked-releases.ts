import type { BusLogger } from '../logger.ts';
import type { ParkedKey } from '../port.ts';
import { isTransient, messageOfError, reasonOf } from './error-kind.ts';
import { type ParkedKeys, ReleaseInterruptedError } from './parked-keys.ts';

const LOOK_MS = 1000;
/** Keys of an older build tried by a new one each time partitions are assigned; the rest waits for an operator. */
const KEYS_OF_OLDER_BUILDS = 500;

export interface AskedReleasesContext {
  parked: ParkedKeys;
  logger: BusLogger;
  /** Whether this member consumes the partition now. */
  owns(topic: string, partition: number): boolean;
  release(key: string, lost: () => boolean): Promise<number>;
}

/**
 * Releases of one consumer that nobody calls directly: those asked for in the parking lot, from whatever process, and one try for
 * each key that another build parked. Only the member that consumes the key's partition acts, one key after the other.
 */
export class AskedReleases {
  readonly #context: AskedReleasesContext;
  readonly #older = new Map<string, ParkedKey>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #stopped = false;

  constructor(context: AskedReleasesContext) {
    this.#context = context;
  }

  start(): void {
    this.#timer = setTimeout(() => {
      this.#looking = this.#look().finally(() => {
        this.#looking = undefined;
        if (!this.#stopped) this.start();
      });
    }, LOOK_MS);
  }

  /** The keys found when partitions were assigned: those of other builds get their one try under this one. */
  found(keys: readonly ParkedKey[]): void {
    const { parked, logger } = this.#context;
    this.#older.clear();
    const older = keys.filter(({ build }) => build !== parked.build);
    for (const key of older.slice(0, KEYS_OF_OLDER_BUILDS)) this.#older.set(key.key, key);
    if (older.length > KEYS_OF_OLDER_BUILDS) {
      const { group } = parked;
      logger.warn(
        { group, keys: older.length, tried: KEYS_OF_OLDER_BUILDS },
        'bus: more keys of older builds are parked than are tried by themselves',
      );
    }
  }

  /** No new release begins, and the running one stops behind its record. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { parked, logger } = this.#context;
    try {
      const asked = await parked.asked();
      for (const key of asked) await this.#try(key, 'asked for');
      for (const [name, key] of this.#older) {
        if (await this.#try(key, `parked by build ${key.build}`)) this.#older.delete(name);
      }
    } catch (error) {
      if (!isTransient(error)) {
        logger.error({ group: parked.group, error: messageOfError(error) }, 'bus: looking for releases failed');
      }
    }
  }

  /** False when it is to be tried again: somebody else's key, or the infrastructure is away. */
  async #try(key: ParkedKey, why: string): Promise<boolean> {
    const { parked, logger, owns, release } = this.#context;
    const lost = (): boolean => this.#stopped || !owns(key.topic, key.partition);
    if (lost()) return false;
    const place = { group: parked.group, topic: key.topic, partition: key.partition };
    try {
      const records = await release(key.key, lost);
      logger.info({ ...place, records, why }, 'bus: a parked key was released');
      return true;
    } catch (error) {
      if (isTransient(error) || error instanceof ReleaseInterruptedError) return false;
      await parked.refused(key.key, reasonOf(error));
      logger.warn({ ...place, why, reason: reasonOf(error) }, 'bus: a parked key failed again and stays parked');
      return true;
    }
  }
}
