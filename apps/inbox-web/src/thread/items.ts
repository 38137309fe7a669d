import type { TimelineEntry } from '../api/types.ts';
import type { Pending } from '../composer/pending.ts';
import { sameDay } from '../i18n/format.ts';

export type ThreadItem =
  | { kind: 'start'; key: string }
  | { kind: 'day'; key: string; at: number }
  | { kind: 'case'; key: string; number: string }
  | { kind: 'entry'; key: string; entry: TimelineEntry; first: boolean }
  | { kind: 'pending'; key: string; pending: Pending };

const GROUP = 2 * 60_000;

const author = (entry: TimelineEntry): string =>
  `${entry.kind}|${entry.direction}|${entry.by.kind}|${entry.by.id ?? entry.by.name ?? ''}`;

/** What the thread shows, top to bottom: entries with day and case separators; `first` begins a group of one author. */
export function threadItems(
  entries: readonly TimelineEntry[],
  complete: boolean,
  waiting: readonly Pending[],
): ThreadItem[] {
  const items: ThreadItem[] = complete ? [{ kind: 'start', key: 'start' }] : [];
  let before: TimelineEntry | undefined;
  for (const entry of entries) {
    const newDay = before === undefined || !sameDay(before.at, entry.at);
    const newCase = before === undefined || before.caseNumber !== entry.caseNumber;
    if (newDay) items.push({ kind: 'day', key: `day-${entry.id}`, at: entry.at });
    if (newCase) items.push({ kind: 'case', key: `case-${entry.id}`, number: entry.caseNumber });
    const joins =
      before !== undefined &&
      !newDay &&
      !newCase &&
      !entry.late &&
      author(before) === author(entry) &&
      Math.abs(entry.at - before.at) <= GROUP;
    items.push({ kind: 'entry', key: entry.id, entry, first: !joins });
    before = entry;
  }
  for (const each of waiting) items.push({ kind: 'pending', key: each.commandId, pending: each });
  return items;
}
