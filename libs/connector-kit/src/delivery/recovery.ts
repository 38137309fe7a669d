import type { Clock } from '#libs/contracts';
import type { Collection } from '#libs/store';
import type { DeliveryDoc, DeliveryQueries } from '../collections/index.ts';
import type { Backlog } from './backlog.ts';
import type { Outcomes } from './outcomes.ts';
import type { Presence } from './presence.ts';
import type { RateLimits } from './rate-limits.ts';
import type { Sender } from './sender.ts';

const PAGE = 250;
/** An outcome of our own that is not marked as published after so long is published again. */
const OVERDUE_MS = 30_000;

export interface RecoveryOptions {
  channel: string;
  rows: Collection<DeliveryDoc, DeliveryQueries>;
  sender: Sender;
  backlog: Backlog;
  outcomes: Outcomes;
  presence: Presence;
  /** Grows by the processes that are gone. */
  inherited: Set<string>;
  rates: RateLimits;
  clock: Clock;
}

/**
 * Finds what a process that ended left over, and inherits it: of several that look, the lease names one. Rows that wait are
 * taken on, claims of the dead become unknown and are never sent again, outcomes that the bus may not know are published
 * again. A process that lives keeps what it is in charge of.
 */
export async function recover(options: RecoveryOptions): Promise<void> {
  const { presence, inherited, backlog } = options;
  for (const instance of await inCharge(options, 'open')) {
    if (instance === presence.self) continue;
    if (!(await presence.inherit(instance))) {
      inherited.delete(instance);
      continue;
    }
    const isNew = !inherited.has(instance);
    inherited.add(instance);
    options.rates.gone(instance);
    // A queue that is longer than what fits in memory is read on anyway.
    if (!isNew && backlog.accounts.length > 0) continue;
    for await (const rows of pages(options, 'open', instance)) takeOver(options, rows);
  }
  for (const instance of await inCharge(options, 'settled')) {
    const isSelf = instance === presence.self;
    if (!isSelf && !(await presence.inherit(instance))) continue;
    const before = options.clock.now() - (isSelf ? OVERDUE_MS : 0);
    for await (const rows of pages(options, 'settled', instance)) publishAgain(options, rows, before);
  }
  for (const account of backlog.accounts) backlog.look(account);
}

/** Claims are looked at now, since somebody waits to be told; what waits is read on when there is room. */
function takeOver({ sender, backlog }: RecoveryOptions, rows: readonly DeliveryDoc[]): void {
  const fresh = rows.filter((row) => !sender.knows(row._id));
  sender.accept(fresh.filter((row) => row.state === 'claimed' || backlog.admits(row.account)));
}

function publishAgain({ outcomes }: RecoveryOptions, rows: readonly DeliveryDoc[], before: number): void {
  const due = rows.filter((row) => (row.resolvedAt ?? row.settledAt ?? row.at) <= before);
  const last = new Map(due.map((row) => [`${row.messageId}:${row.attempt}`, row]));
  for (const row of last.values()) outcomes.settle(row);
}

/** Whoever is in charge of rows at a stage: a query for each, however many rows. */
async function inCharge({ rows, channel }: RecoveryOptions, stage: DeliveryDoc['stage']): Promise<string[]> {
  const found: string[] = [];
  for (let after = ''; ;) {
    const [next] = (await rows.query('instances', { channel, stage, after }, { limit: 1 })).items;
    if (next === undefined) return found;
    found.push(next.instance);
    after = next.instance;
  }
}

async function* pages(
  { rows, channel }: RecoveryOptions,
  stage: DeliveryDoc['stage'],
  instance: string,
): AsyncGenerator<DeliveryDoc[]> {
  let after: string | undefined;
  do {
    const limits = { limit: PAGE, ...(after === undefined ? {} : { after }) };
    const page = await rows.query('byInstance', { channel, stage, instance }, limits);
    yield page.items;
    after = page.next;
  } while (after !== undefined);
}
