import type { Client } from './client.ts';

const PAGE = 200;

/** Rows of a list, page by page, until there are `most`. */
export async function rowsOf<T>(
  client: Client,
  path: string,
  query: Readonly<Record<string, string | number | undefined>>,
  most: number,
): Promise<{ items: T[]; more: boolean }> {
  const items: T[] = [];
  let after: string | undefined;
  do {
    const limit = Math.min(PAGE, most - items.length);
    const page: { items: T[]; next?: string } = await client.get(path, { ...query, after, limit });
    items.push(...page.items);
    after = page.next;
  } while (after !== undefined && items.length < most);
  return { items, more: after !== undefined };
}
