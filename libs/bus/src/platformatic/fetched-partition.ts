import type { BusMessage } from '../port.ts';

/** A partition of this member. Mutable: its fetches fill it, its work empties it. */
export interface FetchedPartition {
  readonly topic: string;
  readonly partition: number;
  /** Offset to fetch next. */
  position: bigint;
  /** Fetched and not in work, in order. Nothing more is fetched while there are any, so it holds two fetches at most. */
  waiting: BusMessage[];
  /** Pauses after a transient error: nothing of it is worked on. */
  paused: boolean;
}

export const idOf = ({ topic, partition }: { topic: string; partition: number }): string => `${topic}:${partition}`;
