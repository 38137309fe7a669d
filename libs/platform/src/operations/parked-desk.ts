import type { Clock } from '#libs/contracts';
import {
  type Collection,
  parked,
  type ParkedDoc,
  parkedKeyId,
  type ParkedKeyDoc,
  parkedKeys,
  type Store,
} from '#libs/store';
import type { AuditLog } from './audit-log.ts';
import type { Page, ParkedKeyView, ParkedRecordView } from './operations.ts';
import { type PageRequest, pageOf } from './page-request.ts';

const RECORDS_SHOWN = 200;

/** Parked keys as an operator sees them, and the place to ask for their release. */
export class ParkedDesk {
  readonly #keys: Collection<ParkedKeyDoc, 'all' | 'ofGroup' | 'asked'>;
  readonly #records: Collection<ParkedDoc, 'ofGroup' | 'ofKey'>;
  readonly #audit: AuditLog;
  readonly #clock: Clock;

  constructor(store: Store, audit: AuditLog, clock: Clock) {
    this.#keys = store.collection(parkedKeys);
    this.#records = store.collection(parked);
    this.#audit = audit;
    this.#clock = clock;
  }

  /** Longest parked first. */
  async keys(page: PageRequest): Promise<Page<ParkedKeyView>> {
    const { items, next } = await this.#keys.query('all', {}, pageOf(page));
    const views = await Promise.all(
      items.map(async (doc) => {
        const { group, key } = doc;
        return viewOf(doc, await this.#records.count('ofKey', { group, key }));
      }),
    );
    return { items: views, ...(next === undefined ? {} : { next }) };
  }

  /** The first of them, in order. */
  async records(group: string, key: string): Promise<ParkedRecordView[]> {
    const { items } = await this.#records.query('ofKey', { group, key }, { limit: RECORDS_SHOWN });
    return items.map(({ topic, partition, offset, value, reason, parkedAt }) => ({
      topic,
      partition,
      offset,
      value,
      reason,
      parkedAt,
    }));
  }

  async release(group: string, key: string, by: string): Promise<'asked' | 'not-parked'> {
    for (;;) {
      const doc = await this.#keys.get(parkedKeyId(group, key));
      if (!doc) return 'not-parked';
      if (doc.releaseState === 'asked') return 'asked';
      const { releaseDetail: _, ...rest } = doc;
      const asking = { ...rest, releaseState: 'asked', releaseBy: by, releaseAt: this.#clock.now() } as const;
      if ((await this.#keys.replace(asking)) === 'conflict') continue;
      const { topic, reason, build } = doc;
      await this.#audit.record({
        by,
        action: 'parked-key.release',
        subject: key,
        detail: { group, topic, reason, build },
      });
      return 'asked';
    }
  }
}

function viewOf(doc: ParkedKeyDoc, records: number): ParkedKeyView {
  const { group, key, topic, reason, parkedAt, build, releaseState, releaseBy, releaseAt, releaseDetail } = doc;
  return {
    group,
    key,
    topic,
    records,
    reason,
    parkedAt,
    build,
    ...(releaseState === undefined
      ? {}
      : {
          release: {
            by: releaseBy ?? '',
            at: releaseAt ?? 0,
            state: releaseState,
            ...(releaseDetail === undefined ? {} : { detail: releaseDetail }),
          },
        }),
  };
}
