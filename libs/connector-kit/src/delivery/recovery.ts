import type { Clock } from '#libs/contracts';
import type { Collection } from '#libs/store';
import type { DeliveryDoc } from '../collections/index.ts';
import type { Ledger } from './ledger.ts';
import type { Outcomes } from './outcomes.ts';
import type { Presence } from './presence.ts';
import type { Sender } from './sender.ts';

const PAGE = 500;

export interface RecoveryOptions {
  channel: string;
  rows: Collection<DeliveryDoc, 'byStage'>;
  ledger: Ledger;
  sender: Sender;
  outcomes: Outcomes;
  presence: Presence;
  clock: Clock;
}

/**
 * Finds what a process that ended left over: rows that wait are taken on, claims of the dead become unknown and are never
 * sent again, outcomes that the bus may not know are published again. `olderThanMs` leaves alone what is being worked on.
 */
export async function recover(options: RecoveryOptions, olderThanMs = 0): Promise<void> {
  const before = options.clock.now() - olderThanMs;
  for await (const rows of pages(options, 'open')) {
    const mine: DeliveryDoc[] = [];
    for (const row of rows) {
      if (options.sender.knows(row._id) || Math.max(row.at, row.dueAt) > before) continue;
      if (row.state === 'claimed' && !(await options.presence.alive(row.instance ?? ''))) {
        const lost = await options.ledger.abandon(row);
        if (lost !== undefined) options.outcomes.settle(lost);
      } else if (row.state !== 'claimed' || row.instance !== options.presence.self) {
        mine.push(row);
      }
    }
    options.sender.enqueue(mine);
  }
  for await (const rows of pages(options, 'settled')) {
    const last = new Map(
      rows.filter((row) => (row.settledAt ?? row.at) <= before).map((row) => [`${row.messageId}:${row.attempt}`, row]),
    );
    for (const row of last.values()) options.outcomes.settle(row);
  }
}

async function* pages(options: RecoveryOptions, stage: DeliveryDoc['stage']): AsyncGenerator<DeliveryDoc[]> {
  let after: string | undefined;
  do {
    const page = await options.rows.query(
      'byStage',
      { channel: options.channel, stage },
      { limit: PAGE, ...(after === undefined ? {} : { after }) },
    );
    yield page.items;
    after = page.next;
  } while (after !== undefined);
}
