import type { BusMessage } from '../port.ts';

/** A partition of this member. Mutable: its fetches fill it, its work empties it. */
export interface FetchedPartition {
  readonly topic: string;
  readonly partition: number;
  /** Offset to fetch next. */
  position: bigint;
  /** Fetched and not in the lanes, in order. */
  waiting: BusMessage[];
  /** Messages in the lanes wait for another turn. */
  again: boolean;
}

const ENOUGH_MESSAGES = 500;
const ENOUGH_CHARACTERS = 128 * 1024;

/** Nothing more is fetched for it then, so it holds this and one fetch at most. */
export function hasEnough({ waiting }: FetchedPartition): boolean {
  if (waiting.length >= ENOUGH_MESSAGES) return true;
  let characters = 0;
  for (const { value } of waiting) characters += value.length;
  return characters >= ENOUGH_CHARACTERS;
}

export const idOf = ({ topic, partition }: { topic: string; partition: number }): string => `${topic}:${partition}`;
