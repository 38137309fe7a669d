import type { Collection } from '#libs/store';
import type { DeliveryDoc, DeliveryQueries } from '../collections/index.ts';
import type { ConnectorLog } from '../connector.ts';
import type { Lanes } from './lanes.ts';

const PAGE = 250;

export interface BacklogOptions {
  channel: string;
  rows: Collection<DeliveryDoc, DeliveryQueries>;
  lanes: Lanes;
  log: ConnectorLog;
  /** Rows of one account held in memory. */
  window: number;
  /** Whose rows this process works off: its own, and those of the dead it inherited from. */
  owners(): readonly string[];
  /** Takes rows as the store has them. */
  accept(rows: readonly DeliveryDoc[]): void;
}

/**
 * How much of what is due stands in memory. An account that is far behind keeps its oldest rows there; the rest stays in the
 * store and is read in order when there is room. So a queue costs disk and not memory, and accounts do not starve each other.
 */
export class Backlog {
  /** Accounts with more in the store than in memory, and how often they were added to. */
  private readonly spilled = new Map<string, number>();
  private readonly filling = new Set<string>();
  private readonly options: BacklogOptions;

  constructor(options: BacklogOptions) {
    this.options = options;
  }

  /** Whether rows just stored go to memory. If not, they are read from the store in their turn. */
  admits(account: string): boolean {
    const spills = this.spilled.get(account);
    if (spills === undefined && this.options.lanes.countOf(account) < this.options.window) return true;
    this.spilled.set(account, (spills ?? 0) + 1);
    return false;
  }

  isSpilled(account: string): boolean {
    return this.spilled.has(account);
  }

  get accounts(): string[] {
    return [...this.spilled.keys()];
  }

  clear(): void {
    this.spilled.clear();
  }

  /** Reads on when half of an account's rows are done. */
  look(account: string): void {
    if (!this.spilled.has(account) || this.filling.has(account)) return;
    if (this.options.lanes.countOf(account) > this.options.window / 2) return;
    this.filling.add(account);
    this.fill(account).then(
      () => {
        this.filling.delete(account);
        this.look(account);
      },
      (error: unknown) => {
        this.filling.delete(account);
        this.options.log.warn({ err: error }, 'the queue could not be read on; it is tried again');
      },
    );
  }

  private async fill(account: string): Promise<void> {
    const { owners, lanes, window, accept } = this.options;
    const spills = this.spilled.get(account);
    for (const instance of owners()) {
      for await (const rows of this.pages(instance, account)) {
        accept(rows);
        if (lanes.countOf(account) >= window) return;
      }
    }
    // What was stored since may have missed the reading.
    if (this.spilled.get(account) === spills) this.spilled.delete(account);
  }

  private async *pages(instance: string, account: string): AsyncGenerator<DeliveryDoc[]> {
    const { rows, channel } = this.options;
    let after: string | undefined;
    do {
      const limits = { limit: PAGE, ...(after === undefined ? {} : { after }) };
      const page = await rows.query('ofAccount', { channel, stage: 'open', instance, account }, limits);
      yield page.items;
      after = page.next;
    } while (after !== undefined);
  }
}
