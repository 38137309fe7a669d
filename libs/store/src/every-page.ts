import type { Doc, Page } from './port.ts';

/** All documents of a query, page after page. */
export async function everyPage<T extends Doc>(
  ask: (page: { limit: number; after?: string }) => Promise<Page<T>>,
): Promise<T[]> {
  const docs: T[] = [];
  let after: string | undefined;
  do {
    const { items, next } = await ask({ limit: 1000, ...(after === undefined ? {} : { after }) });
    docs.push(...items);
    after = next;
  } while (after !== undefined);
  return docs;
}
