import type { ConversationRow, View } from '../api/types.ts';
import { smallStore } from '../app/small-store.ts';
import { belongs, compareRows } from './belongs.ts';

/** Newest state of rows that changed since their page was fetched; pushes and the agent's own actions both land here. */
export const freshRows = smallStore<ReadonlyMap<string, ConversationRow>>(new Map());
const KEPT = 1000;

/** Takes a row in unless an equal or newer version of it is here already; equal versions win, as a translation may have come. */
export function acceptRow(row: ConversationRow): void {
  freshRows.set((before) => {
    const known = before.get(row.id);
    if (known && known.version > row.version) return before;
    const next = new Map(before);
    next.delete(row.id);
    next.set(row.id, row);
    if (next.size > KEPT) next.delete(next.keys().next().value as string);
    return next;
  });
}

export const newer = (a: ConversationRow, b: ConversationRow | undefined): ConversationRow =>
  b && b.version >= a.version ? b : a;

export interface Arrangement {
  rows: ConversationRow[];
  /** How many would appear or move up if the order were let go. */
  held: number;
}

/**
 * Fetched rows with fresh ones laid over. While `frozen` (ids in the order shown) is given, nothing moves: contents change in
 * place, newcomers are only counted.
 */
export function arrange(input: {
  fetched: readonly ConversationRow[];
  fresh: ReadonlyMap<string, ConversationRow>;
  view: View;
  me: string;
  searching: boolean;
  complete: boolean;
  frozen: readonly string[] | undefined;
}): Arrangement {
  const { fetched, fresh, view, me, searching, complete, frozen } = input;
  const byId = new Map<string, ConversationRow>();
  for (const row of fetched) byId.set(row.id, newer(row, fresh.get(row.id)));
  const oldest = fetched.at(-1)?.lastAt ?? 0;
  if (!searching) {
    for (const row of fresh.values()) {
      if (!byId.has(row.id) && (complete || view === 'deadline' || row.lastAt >= oldest)) byId.set(row.id, row);
    }
  }
  // What the server listed belongs until something newer says otherwise.
  const stays = (row: ConversationRow) => searching || !fresh.has(row.id) || belongs(row, view, me);
  const live = [...byId.values()].filter(stays).sort(compareRows(view));
  if (!frozen) return { rows: live, held: 0 };

  const place = new Map(frozen.map((id, index) => [id, index]));
  const shown = frozen.map((id) => byId.get(id)).filter((row) => row !== undefined);
  // Pages that were fetched while the order is held come after it; they move nothing.
  const tail = live.filter(
    (row) => !place.has(row.id) && !fresh.has(row.id) && row.lastAt < (shown.at(-1)?.lastAt ?? Infinity),
  );
  const tailIds = new Set(tail.map((row) => row.id));
  const held = live.filter((row, index) => {
    if (tailIds.has(row.id)) return false;
    const before = place.get(row.id);
    return before === undefined || (fresh.has(row.id) && before > index && row.unread > 0);
  }).length;
  return { rows: [...shown, ...tail], held };
}
