import { type LetterFilter, operations, type ReplayReportView } from './calls.ts';

/** Seconds that one request takes, and how many ids it may name: a long replay is watched, and can be stopped, in between. */
const SLICE_S = 5;
const SLICE = 500;
const PAGE = 200;

/** Which ones to replay: chosen by hand, or whatever a filter finds. */
export type ReplayTarget = { ids: readonly string[] } | { filter: LetterFilter };

/** What would be published again. Changes nothing. */
export async function countReplay(
  target: ReplayTarget,
  signal: AbortSignal,
): Promise<{ ids: string[]; report: ReplayReportView }> {
  // Lists are newest first; records are replayed in the order they were written.
  const ids = ('ids' in target ? [...target.ids] : await idsOf(target.filter, signal)).reverse();
  const report: ReplayReportView = { matched: 0, replayed: 0, failed: 0, dryRun: true, sample: [] };
  for (const slice of slices(ids, SLICE)) {
    const part = await operations.replay({ filter: { ids: slice }, dryRun: true, perSecond: 1 }, signal);
    report.matched += part.matched;
    report.sample.push(...part.sample);
  }
  return { ids, report };
}

/** Yields the sum so far after every slice. */
export async function* replayAll(
  ids: readonly string[],
  perSecond: number,
  signal: AbortSignal,
): AsyncGenerator<{ replayed: number; failed: number }> {
  const sum = { replayed: 0, failed: 0 };
  for (const slice of slices(ids, Math.min(SLICE, perSecond * SLICE_S))) {
    if (signal.aborted) return;
    const part = await operations.replay({ filter: { ids: slice }, dryRun: false, perSecond });
    sum.replayed += part.replayed;
    sum.failed += part.failed;
    yield { ...sum };
  }
}

async function idsOf(filter: LetterFilter, signal: AbortSignal): Promise<string[]> {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const page = await operations.deadLetters({ ...filter, state: filter.state ?? 'open' }, after, signal, PAGE);
    ids.push(...page.items.map(({ id }) => id));
    after = page.next;
  } while (after !== undefined);
  return ids;
}

function slices<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, n) => list.slice(n * size, (n + 1) * size));
}
