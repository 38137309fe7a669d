import type { Clock } from '#libs/contracts';
import { counter } from '#libs/platform';
import type { Collection, Store } from '#libs/store';
import { type IgnoredKindDoc, ignoredKinds } from '../collections/index.ts';
import type { ConnectorLog } from '../connector.ts';

const FLUSH_MS = 5000;
const total = counter('seaway_inbound_ignored_total', 'What providers sent and Seaway has no use for', [
  'channel',
  'kind',
]);

/** Kinds counted by name; a provider's surprises beyond them are counted together, so that neither metric nor store swells. */
const NAMED_KINDS = 200;
const LONGEST_NAME = 64;
const OTHER = 'other';

export interface IgnoredCount {
  channel: string;
  account: string;
  kind: string;
  count: number;
  lastAt: number;
}

/** Counts what was ignored; kept in the store, written at most every few seconds. */
export class IgnoredCounts {
  private readonly docs: Collection<IgnoredKindDoc, 'all'>;
  private readonly pending = new Map<string, IgnoredCount>();
  private readonly clock: Clock;
  private readonly log: ConnectorLog;
  private readonly named = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(options: { store: Store; clock: Clock; log: ConnectorLog }) {
    this.docs = options.store.collection(ignoredKinds);
    this.clock = options.clock;
    this.log = options.log;
  }

  add(channel: string, account: string, said: string): void {
    const kind = this.nameOf(channel, said);
    total.inc({ channel, kind });
    const id = `${channel}:${account}:${kind}`;
    const count = (this.pending.get(id)?.count ?? 0) + 1;
    this.pending.set(id, { channel, account, kind, count, lastAt: this.clock.now() });
    this.timer ??= setTimeout(() => void this.flush(), FLUSH_MS).unref();
  }

  private nameOf(channel: string, kind: string): string {
    const name = `${channel}:${kind}`;
    if (this.named.has(name)) return kind;
    if (kind.length > LONGEST_NAME || this.named.size >= NAMED_KINDS) return OTHER;
    this.named.add(name);
    return kind;
  }

  /** All counts so far, latest first. */
  async all(): Promise<IgnoredCount[]> {
    await this.flush();
    const page = await this.docs.query('all', {}, { limit: 500 });
    return page.items.map(({ channel, account, kind, count, lastAt }) => ({ channel, account, kind, count, lastAt }));
  }

  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const batch = [...this.pending.entries()];
    this.pending.clear();
    for (const [id, added] of batch) {
      try {
        await this.write(id, added);
      } catch (error) {
        this.log.warn(
          { err: error, kind: added.kind },
          'counts of ignored events could not be stored; the metric has them',
        );
      }
    }
  }

  private async write(id: string, added: IgnoredCount): Promise<void> {
    for (;;) {
      const found = await this.docs.get(id);
      const written =
        found === undefined
          ? (await this.docs.insert({ _id: id, ...added })) === 'inserted'
          : (await this.docs.replace({ ...found, count: found.count + added.count, lastAt: added.lastAt })) ===
            'replaced';
      if (written) return;
    }
  }
}
