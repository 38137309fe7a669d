import type { Bus, BusRecord } from '#libs/bus';
import { type Clock, crashPoint, HEADER } from '#libs/contracts';
import type { DeadLetterDoc } from '#libs/store';
import type { AuditLog } from './audit-log.ts';
import type { DeadLetterList, DeadLetterRef } from './dead-letter-list.ts';
import type { DeadLetterFilter, ReplayReport } from './operations.ts';
import { Pace, type Wait } from './pace.ts';

const SAMPLE = 20;

/** Puts dead letters on their topics again, or closes them. */
export class DeadLetterReplay {
  readonly #bus: Pick<Bus, 'publish'>;
  readonly #list: DeadLetterList;
  readonly #audit: AuditLog;
  readonly #clock: Clock;
  readonly #wait: Wait;

  constructor(options: { bus: Pick<Bus, 'publish'>; list: DeadLetterList; audit: AuditLog; clock: Clock; wait: Wait }) {
    this.#bus = options.bus;
    this.#list = options.list;
    this.#audit = options.audit;
    this.#clock = options.clock;
    this.#wait = options.wait;
  }

  /** Oldest first. Without a state in the filter only open ones. What could not be published stays as it was. */
  async replay(
    asked: DeadLetterFilter,
    { dryRun, perSecond, by }: { dryRun: boolean; perSecond: number; by: string },
  ): Promise<ReplayReport> {
    const pace = new Pace(perSecond, this.#clock, this.#wait);
    const filter: DeadLetterFilter = { state: 'open', ...asked };
    const refs = await this.#list.refs(filter);
    const sample = refs.slice(0, SAMPLE).map(({ view }) => view);
    const report: ReplayReport = { matched: refs.length, replayed: 0, failed: 0, dryRun, sample };
    if (dryRun || refs.length === 0) return report;
    const entry = { by, action: 'dead-letters.replay', subject: subjectOf(filter) };
    await this.#audit.record({ ...entry, detail: { filter, perSecond, matched: refs.length } });
    await this.#publishAll(refs, pace, by, report);
    const { replayed, failed } = report;
    await this.#audit.record({ ...entry, action: 'dead-letters.replayed', detail: { filter, replayed, failed } });
    return report;
  }

  async discard(ids: readonly string[], { by, why }: { by: string; why: string }): Promise<number> {
    const discarded: string[] = [];
    for (const id of ids) {
      const doc = await this.#list.letters.get(id);
      if (doc?.state === 'open' && (await this.#mark(doc, 'discarded', by))) discarded.push(id);
    }
    if (discarded.length > 0) {
      const detail = { ids: discarded, why };
      await this.#audit.record({ by, action: 'dead-letters.discard', subject: subjectOf({ ids: discarded }), detail });
    }
    return discarded.length;
  }

  /** One record may be a letter of several groups: it goes out once, since every group sees it again anyway. */
  async #publishAll(refs: readonly DeadLetterRef[], pace: Pace, by: string, report: ReplayReport): Promise<void> {
    const out = new Set<string>();
    for (const [n, { view, origin }] of refs.entries()) {
      const doc = await this.#list.letters.get(view.id);
      if (doc?.state !== view.state || doc.offset !== view.offset) continue;
      try {
        if (!out.has(origin)) {
          await pace.take();
          await this.#bus.publish([recordOf(doc)]);
          out.add(origin);
          crashPoint('bus.replayed');
        }
        await this.#mark(doc, 'replayed', by);
        report.replayed += 1;
      } catch (error) {
        report.failed += 1;
        if ((error as Error).name !== 'TransientError') continue;
        // Bus or store is away: the others would fail too, and stay open.
        report.failed += refs.length - n - 1;
        return;
      }
    }
  }

  /** Loses to whoever wrote in between: the consumer, if the replayed record has failed again by now, and then it is open. */
  async #mark(doc: DeadLetterDoc, state: 'replayed' | 'discarded', by: string): Promise<boolean> {
    const marked = { ...doc, state, stateBy: by, stateAt: this.#clock.now() };
    return (await this.#list.letters.replace(marked)) === 'replaced';
  }
}

const subjectOf = ({ ids, topic, group }: DeadLetterFilter): string =>
  ids ? `${ids.length} dead letter${ids.length === 1 ? '' : 's'}` : [topic, group].filter(Boolean).join(' ') || 'all';

function recordOf(doc: DeadLetterDoc): BusRecord {
  return {
    topic: doc.topic,
    key: doc.key ?? '',
    value: doc.value ?? '',
    ...(doc.base64 === undefined ? {} : { bytes: Buffer.from(doc.base64, 'base64') }),
    headers: { ...doc.headers, [HEADER.replay]: doc.origin },
  };
}
