import type { Bus } from '#libs/bus';
import type { Clock } from '#libs/contracts';
import type { Store } from '#libs/store';
import { AuditLog } from './audit-log.ts';
import type { ConsumerGroup } from './consumer-groups.ts';
import { DeadLetterList } from './dead-letter-list.ts';
import { DeadLetterReplay } from './dead-letter-replay.ts';
import { groupLags } from './group-lags.ts';
import type { Operations } from './operations.ts';
import { type Wait, waitByTimer } from './pace.ts';
import { ParkedDesk } from './parked-desk.ts';

export interface OperationsOptions {
  bus: Pick<Bus, 'publish' | 'lag'>;
  store: Store;
  clock: Clock;
  /** Groups whose lag is told: `consumerGroups(channels)`. */
  groups: readonly ConsumerGroup[];
  /** How a replay keeps its rate. Default: a timer. */
  wait?: Wait;
}

/** Operations over the bus and the store: they work from any process, whichever consumes. */
export function createOperations({ bus, store, clock, groups, wait = waitByTimer }: OperationsOptions): Operations {
  const audit = new AuditLog(store, clock);
  const list = new DeadLetterList(store);
  const letters = new DeadLetterReplay({ bus, list, audit, clock, wait });
  const parkedKeys = new ParkedDesk(store, audit, clock);
  return {
    lag: () => groupLags(bus, groups, () => clock.now()),
    deadLetters: (filter, page) => list.page(filter, page),
    deadLetter: (id) => list.detail(id),
    replay: (filter, options) => letters.replay(filter, options),
    discard: (ids, options) => letters.discard(ids, options),
    parkedKeys: (page) => parkedKeys.keys(page),
    parkedRecords: (group, key) => parkedKeys.records(group, key),
    release: (group, key, by) => parkedKeys.release(group, key, by),
    audit: (page) => audit.list(page),
    record: (entry) => audit.record(entry),
  };
}
