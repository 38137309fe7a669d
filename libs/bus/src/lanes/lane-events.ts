/** What whoever feeds the lanes is told. None of these may throw. */
export interface LaneEvents {
  /** Everything below is done: it may be committed. */
  advanced(lowWater: bigint): void;
  /** Infrastructure is away: for `waitMs` nothing begins. `attempt` counts from 1. */
  paused(error: Error, attempt: number, waitMs: number): void;
  /** The consumer has to stop; nothing begins here any more. */
  failed(error: Error): void;
  /** Awaited before anything begins; a rejection is infrastructure that is away. */
  prepare?(): Promise<void>;
  /** A `take` waits without anything to do: see `resting`. */
  rests?(): void;
}
