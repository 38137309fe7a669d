import { percentile } from './statistics.ts';

/** What an agent may wait for a list. */
export const TARGET_MS = 200;

/** Milliseconds of a question, asked again and again by one client. */
export interface ListTimes {
  name: string;
  /** Rows of the first answer. */
  rows: number;
  p50: number;
  p95: number;
}

interface Page {
  items: unknown[];
  next?: string;
}

const ASKED = 60;
const WARM = 5;
const DEEP = 20;
const PATH = '/api/conversations?limit=50';
const VIEWS = ['mine', 'waiting', 'bot', 'all', 'closed', 'deadline'] as const;
const SEARCHES = { 'a word of many': 'santoso', 'two words': 'ayu lestari', 'one case': 'SW-RY-1' };

/** The first page of each view, then deeper pages of the longest ones, then searches. */
export async function listTimes(get: (path: string) => Promise<unknown>): Promise<ListTimes[]> {
  const page = (query: string): Promise<Page> => get(`${PATH}${query}`) as Promise<Page>;
  const all: ListTimes[] = [];
  for (const view of VIEWS) all.push(await asked(view, () => page(`&view=${view}`)));
  for (const view of ['all', 'closed']) all.push(await asked(`${view}, page 2 to ${DEEP + 1}`, deeper(view, page)));
  for (const [name, words] of Object.entries(SEARCHES))
    all.push(await asked(`search, ${name}`, () => page(`&view=all&q=${encodeURIComponent(words)}`)));
  all.push(
    await asked(
      'what changed in the last hour',
      () => get(`/api/changes?since=${Date.now() - 3_600_000}`) as Promise<Page>,
    ),
  );
  return all;
}

/** Page after page; after the last of them from the first again. */
function deeper(view: string, page: (query: string) => Promise<Page>): () => Promise<Page> {
  let after = '';
  let at = 0;
  return async () => {
    const found = await page(`&view=${view}${after}`);
    at = (at + 1) % DEEP;
    after = at === 0 || found.next === undefined ? '' : `&after=${encodeURIComponent(found.next)}`;
    return found;
  };
}

async function asked(name: string, ask: () => Promise<Page>): Promise<ListTimes> {
  const { length: rows } = (await ask()).items;
  for (let i = 1; i < WARM; i += 1) await ask();
  const times: number[] = [];
  for (let i = 0; i < ASKED; i += 1) {
    const start = performance.now();
    await ask();
    times.push(performance.now() - start);
  }
  return { name, rows, p50: percentile(times, 50), p95: percentile(times, 95) };
}
