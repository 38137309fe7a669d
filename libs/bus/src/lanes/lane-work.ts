import type { Clock } from '#libs/contracts';
import type { BusMessage, ConsumeOptions, KeyHandler } from '../port.ts';
import type { ParkedKeys } from './parked-keys.ts';

export interface LaneLimits {
  /** Keys of a partition handled at the same time, those whose calls take long among them. */
  parallelKeys: number;
  /** Entries of one key in one handler call. */
  fold: number;
  /** After this long a turn of the partition begins no more keys, so that other partitions get theirs (milliseconds). */
  budgetMs: number;
  /** So long a turn waits for calls of its own once all its keys have begun; then the partition goes on beside them (milliseconds). */
  holdMs: number;
  /** From the first message that is not done on, so many are begun at most; also how much a crash may repeat. */
  windowMessages: number;
  /** While what is not done is longer than this, nothing more is begun. */
  windowCharacters: number;
}

export const LANE_LIMITS: LaneLimits = {
  parallelKeys: 16,
  fold: 64,
  budgetMs: 400,
  holdMs: 25,
  windowMessages: 2000,
  windowCharacters: 2_000_000,
};

export interface LaneWork<T> {
  decode: (message: BusMessage) => T;
  handler: KeyHandler<T>;
  /** What is done without a call. */
  skips?: (message: BusMessage) => boolean;
  parked: ParkedKeys;
  /** Resolves when the dead letter is durable. */
  deadLetter: (message: BusMessage, reason: string) => Promise<void>;
  clock: Clock;
  limits: LaneLimits;
}

/** By `wants`. What cannot be decoded is not skipped: it belongs to the dead letters. */
export function skipsOf<T>({ decode, wants }: Pick<ConsumeOptions<T>, 'decode' | 'wants'>): Pick<LaneWork<T>, 'skips'> {
  if (wants === undefined) return {};
  return {
    skips: (message) => {
      try {
        return !wants(decode(message));
      } catch {
        return false;
      }
    },
  };
}
