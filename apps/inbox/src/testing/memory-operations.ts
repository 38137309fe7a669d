import type { Clock } from '#libs/contracts';
import type {
  AuditEntry,
  DeadLetterDetail,
  DeadLetterFilter,
  DeadLetterView,
  GroupLag,
  Operations,
  Page,
  ParkedKeyView,
  ParkedRecordView,
  ReplayReport,
} from '#libs/platform';

interface Asked {
  limit?: number;
  after?: string;
}

/** Operations over plain lists, for the specs of what stands on them. */
export class MemoryOperations implements Operations {
  letters: DeadLetterDetail[] = [];
  keys: { view: ParkedKeyView; records: ParkedRecordView[] }[] = [];
  groups: GroupLag[] = [];
  readonly entries: AuditEntry[] = [];
  readonly replays: { ids: string[]; perSecond: number }[] = [];

  constructor(private readonly clock: Clock) {}

  lag = async (): Promise<GroupLag[]> => this.groups;

  deadLetters = async (filter: DeadLetterFilter, page: Asked): Promise<Page<DeadLetterView>> =>
    pageOf(this.matching(filter).map(viewOf), page);

  deadLetter = async (id: string): Promise<DeadLetterDetail | undefined> => this.letters.find((one) => one.id === id);

  async replay(
    filter: DeadLetterFilter,
    { dryRun, perSecond, by }: { dryRun: boolean; perSecond: number; by: string },
  ): Promise<ReplayReport> {
    const found = this.matching(filter);
    const report = { matched: found.length, failed: 0, dryRun, sample: found.slice(0, 5).map(viewOf) };
    if (dryRun) return { ...report, replayed: 0 };
    this.replays.push({ ids: found.map(({ id }) => id), perSecond });
    this.settle(found, 'replayed', by);
    await this.record({
      by,
      action: 'dead-letters.replay',
      subject: 'dead letters',
      detail: { replayed: found.length },
    });
    return { ...report, replayed: found.length };
  }

  async discard(ids: readonly string[], { by, why }: { by: string; why: string }): Promise<number> {
    const found = this.matching({ ids, state: 'open' });
    this.settle(found, 'discarded', by);
    if (found.length > 0)
      await this.record({ by, action: 'dead-letters.discard', subject: 'dead letters', detail: { ids, why } });
    return found.length;
  }

  parkedKeys = async (page: Asked): Promise<Page<ParkedKeyView>> =>
    pageOf(
      this.keys.map(({ view }) => view),
      page,
    );

  parkedRecords = async (group: string, key: string): Promise<ParkedRecordView[]> =>
    this.parked(group, key)?.records ?? [];

  async release(group: string, key: string, by: string): Promise<'asked' | 'not-parked'> {
    const found = this.parked(group, key);
    if (found === undefined) return 'not-parked';
    found.view.release = { by, at: this.clock.now(), state: 'asked' };
    await this.record({ by, action: 'parked-key.release', subject: `${group} ${key}`, detail: {} });
    return 'asked';
  }

  audit = async (page: Asked): Promise<Page<AuditEntry>> => pageOf(this.entries.toReversed(), page);

  async record(entry: Omit<AuditEntry, 'id' | 'at'>): Promise<void> {
    this.entries.push({ ...entry, id: String(this.entries.length), at: this.clock.now() });
  }

  private parked(group: string, key: string): (typeof this.keys)[number] | undefined {
    return this.keys.find(({ view }) => view.group === group && view.key === key);
  }

  private matching({ state, topic, group, reason, since, until, ids }: DeadLetterFilter): DeadLetterDetail[] {
    return this.letters.filter(
      (one) =>
        (state === undefined || one.state === state) &&
        (topic === undefined || one.topic === topic) &&
        (group === undefined || one.group === group) &&
        (reason === undefined || one.reason.includes(reason)) &&
        (since === undefined || one.at >= since) &&
        (until === undefined || one.at <= until) &&
        (ids === undefined || ids.includes(one.id)),
    );
  }

  private settle(letters: readonly DeadLetterDetail[], state: 'replayed' | 'discarded', by: string): void {
    for (const one of letters) Object.assign(one, { state, stateBy: by, stateAt: this.clock.now() });
  }
}

const viewOf = ({ value: _value, headers: _headers, ...view }: DeadLetterDetail): DeadLetterView => view;

function pageOf<T>(items: readonly T[], { limit = 100, after = '0' }: Asked): Page<T> {
  const from = Number(after);
  const end = from + limit;
  return { items: items.slice(from, end), ...(end < items.length ? { next: String(end) } : {}) };
}
