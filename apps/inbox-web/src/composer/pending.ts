import type { TimelineEntry } from '../api/types.ts';
import { smallStore } from '../app/small-store.ts';

/** A message of mine that the server has not shown back yet. */
export interface Pending {
  commandId: string;
  messageId?: string | undefined;
  kind: 'message' | 'note';
  text: string;
  final?: string | undefined;
  lang?: string | undefined;
  at: number;
}

export const pending = smallStore<ReadonlyMap<string, readonly Pending[]>>(new Map());

const change = (id: string, list: (before: readonly Pending[]) => readonly Pending[]): void =>
  pending.set((before) => new Map(before).set(id, list(before.get(id) ?? [])));

export const addPending = (id: string, made: Pending): void => change(id, (list) => [...list, made]);
export const dropPending = (id: string, commandId: string): void =>
  change(id, (list) => list.filter((each) => each.commandId !== commandId));
export const nameMessage = (id: string, commandId: string, messageId: string | undefined): void =>
  change(id, (list) => list.map((each) => (each.commandId === commandId ? { ...each, messageId } : each)));

const CLOCK_SKEW = 120_000;

/** Those that the timeline does not hold yet: matched by id where it is known, else by words and time. */
export function stillPending(list: readonly Pending[], entries: readonly TimelineEntry[]): Pending[] {
  if (list.length === 0) return [];
  const recent = entries.slice(-100);
  return list.filter(
    (each) =>
      !recent.some((entry) =>
        each.messageId !== undefined
          ? entry.id === each.messageId
          : entry.kind === each.kind &&
            entry.at > each.at - CLOCK_SKEW &&
            (entry.text === (each.final ?? each.text) || entry.text === each.text),
      ),
  );
}
