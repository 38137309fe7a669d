import type { ConnectorStorage } from '#libs/connector-kit';
import { z } from 'zod';

const option = z.object({ id: z.string(), label: z.string() });

/** What a visitor sees of one message. `key` is the same on every try of storing it. */
const entrySchema = z.object({
  key: z.string(),
  from: z.enum(['shop', 'visitor']),
  /** Epoch milliseconds. */
  at: z.number(),
  text: z.string(),
  options: z.array(option).optional(),
  /** Of the visitor's own: the id the widget gave it. */
  id: z.string().optional(),
  /** Of the shop's: which message this is of, and whether it is the last piece of it. */
  messageId: z.string().optional(),
  last: z.boolean().optional(),
});
export type Entry = z.infer<typeof entrySchema>;
export type NumberedEntry = Entry & { n: number };

const PAGE = 200;
const REMEMBERED = 2000;

interface Book {
  upTo: number;
  byKey: Map<string, number>;
  /** The end of the queue of writes. */
  tail: Promise<unknown>;
}

/** The conversation as each visitor sees it: one list per visitor, numbered 1, 2, 3, … by the store. */
export class Threads {
  private readonly storage: ConnectorStorage;
  private readonly books = new Map<string, Book>();

  constructor(storage: ConnectorStorage) {
    this.storage = storage;
  }

  async read(visitor: string, after: number, limit: number): Promise<NumberedEntry[]> {
    const found = await this.storage.read(listOf(visitor), after, limit);
    return found.map(({ n, value }) => ({ ...entrySchema.parse(value), n }));
  }

  /**
   * Stores an entry unless one with its key is there; tells the number either way. `before` runs first, and only for a new
   * one. Writes of one visitor go one after another.
   */
  async add(visitor: string, entry: Entry, before?: () => Promise<void>): Promise<number> {
    const book = this.bookOf(visitor);
    const write = async () => {
      for (let told = false; ; told = true) {
        await this.catchUp(visitor, book);
        const known = book.byKey.get(entry.key);
        if (known !== undefined) return known;
        if (!told) await before?.();
        // Another process may store the same entry at this moment: whoever takes the number first has done it.
        const n = book.upTo + 1;
        if (await this.storage.appendAt(listOf(visitor), n, entry)) return n;
      }
    };
    const done = book.tail.then(write, write);
    book.tail = done.catch(() => undefined);
    return done;
  }

  /** Other processes write too: what they added is read before it is said that a key is new. */
  private async catchUp(visitor: string, book: Book): Promise<void> {
    for (;;) {
      const page = await this.storage.read(listOf(visitor), book.upTo, PAGE);
      for (const { n, value } of page) {
        book.byKey.set((value as Entry).key, n);
        book.upTo = n;
      }
      if (page.length < PAGE) return;
    }
  }

  private bookOf(visitor: string): Book {
    const book = this.books.get(visitor) ?? { upTo: 0, byKey: new Map<string, number>(), tail: Promise.resolve() };
    this.books.delete(visitor);
    this.books.set(visitor, book);
    if (this.books.size > REMEMBERED) this.books.delete(this.books.keys().next().value!);
    return book;
  }
}

const listOf = (visitor: string): string => `thread:${visitor}`;
