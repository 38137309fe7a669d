import type { Page } from '#libs/store';
import { CursorError } from '#libs/store';

/** A store query without its page. */
export type Source<T> = (page: { limit: number; after?: string }) => Promise<Page<T>>;

/** Where each source stands: a store cursor, '' = at its beginning, null = at its end. */
type Position = (string | null)[];

/**
 * One page, in order, of several ordered queries. The cursor keeps the place in each of them, so nothing is skipped or shown
 * twice however the sources interleave.
 */
export async function mergePages<T>(
  sources: readonly Source<T>[],
  before: (a: T, b: T) => number,
  page: { limit: number; after?: string | undefined },
): Promise<Page<T>> {
  const position = page.after === undefined ? sources.map(() => '') : decode(page.after, sources.length);
  const pages = await Promise.all(sources.map((source, i) => fetchAt(source, position[i]!, page.limit)));
  const merged = pages
    .flatMap(({ items }, from) => items.map((item) => ({ item, from })))
    .sort((a, b) => before(a.item, b.item) || a.from - b.from)
    .slice(0, page.limit);
  const taken = sources.map((_, i) => merged.filter(({ from }) => from === i).length);
  const next = await Promise.all(
    sources.map(async (source, i): Promise<string | null> => {
      const { items, next: rest } = pages[i]!;
      if (taken[i] === items.length) return rest ?? null;
      if (taken[i] === 0) return position[i]!;
      return (await fetchAt(source, position[i]!, taken[i]!)).next ?? null;
    }),
  );
  const items = merged.map(({ item }) => item);
  return next.every((one) => one === null) ? { items } : { items, next: encode(next) };
}

async function fetchAt<T>(source: Source<T>, at: string | null, limit: number): Promise<Page<T>> {
  if (at === null) return { items: [] };
  return source(at === '' ? { limit } : { limit, after: at });
}

const encode = (position: Position): string => Buffer.from(JSON.stringify(position)).toString('base64url');

function decode(cursor: string, count: number): Position {
  try {
    const position = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown;
    if (
      Array.isArray(position) &&
      position.length === count &&
      position.every((one) => one === null || typeof one === 'string')
    )
      return position as Position;
  } catch {
    // Falls through: a cursor that was made up.
  }
  throw new CursorError('not a cursor of this list');
}
