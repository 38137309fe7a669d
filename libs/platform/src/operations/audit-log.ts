import { randomUUID } from 'node:crypto';
import type { Clock } from '#libs/contracts';
import { audit, type AuditDoc, type Collection, type Store } from '#libs/store';
import type { AuditEntry, Page } from './operations.ts';
import { type PageRequest, pageOf } from './page-request.ts';

/** Who did what by hand; entries are only ever added. */
export class AuditLog {
  readonly #entries: Collection<AuditDoc, 'newest'>;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#entries = store.collection(audit);
    this.#clock = clock;
  }

  async record({ by, action, subject, detail }: Omit<AuditEntry, 'id' | 'at'>): Promise<void> {
    await this.#entries.insert({ _id: randomUUID(), at: this.#clock.now(), by, action, subject, detail });
  }

  /** Newest first. */
  async list(page: PageRequest): Promise<Page<AuditEntry>> {
    const { items, next } = await this.#entries.query('newest', {}, pageOf(page));
    return {
      items: items.map(({ _id, at, by, action, subject, detail }) => ({ id: _id, at, by, action, subject, detail })),
      ...(next === undefined ? {} : { next }),
    };
  }
}
