import type { Bus, BusObserver, ConsumerHost } from '#libs/bus';
import type { Clock } from '#libs/contracts';
import { parkedKeys, type Store } from '#libs/store';
import type { Logger } from './logging.ts';
import { counter, gauge } from './metrics.ts';
import { groupLags } from './operations/group-lags.ts';

const SAMPLE_MS = 5000;

const deadLetters = counter('seaway_dead_letters_total', 'Records that could not be decoded', ['topic', 'group']);
const parkings = counter('seaway_keys_parked_total', 'Keys parked because a handler failed', ['group']);
const retries = counter('seaway_bus_retries_total', 'Pauses of a partition because infrastructure was away', [
  'topic',
  'group',
]);
const rebalances = counter('seaway_bus_rebalances_total', 'Rebalances seen by the consumers of this process', [
  'group',
]);
const lagMessages = gauge('seaway_consumer_lag_messages', 'Records not yet processed', ['topic', 'group']);
const lagSeconds = gauge('seaway_consumer_lag_seconds', 'Age of the oldest record not yet processed', [
  'topic',
  'group',
]);
const parked = gauge('seaway_parked_keys', 'Keys that wait for a release', ['group']);
const up = gauge('seaway_consumer_up', 'Whether a consumer of this process works', ['group']);

/** What the bus does on the side, as counters. */
export const countingObserver: BusObserver = {
  deadLettered: (topic, group) => deadLetters.inc({ topic, group: nameOf(group) }),
  keyParked: (group) => parkings.inc({ group: nameOf(group) }),
  retried: (topic, group) => retries.inc({ topic, group: nameOf(group) }),
  rebalanced: (group) => rebalances.inc({ group: nameOf(group) }),
};

export interface BusMetricsOptions {
  bus: Pick<Bus, 'lag'> & Pick<ConsumerHost, 'consumers'>;
  store: Store;
  clock: Clock;
  logger: Pick<Logger, 'warn'>;
}

/** Measures the consumer groups of this process every few seconds; the answer stops it. */
export function startBusMetrics(options: BusMetricsOptions): () => void {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let failing = false;
  const again = (): void => {
    if (!stopped) timer = setTimeout(() => void sample(), SAMPLE_MS).unref();
  };
  const sample = async (): Promise<void> => {
    try {
      await sampleBus(options);
      failing = false;
    } catch (error) {
      if (!failing && !stopped) options.logger.warn({ err: error }, 'lag cannot be measured; the metrics stand still');
      failing = true;
    }
    again();
  };
  again();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** One sample. */
export async function sampleBus({ bus, store, clock }: BusMetricsOptions): Promise<void> {
  const consumers = bus.consumers();
  for (const { group, up: works } of consumers) up.set({ group: nameOf(group) }, works ? 1 : 0);
  for (const lag of await groupLags(bus, consumers, () => clock.now())) {
    const labels = { topic: lag.topic, group: nameOf(lag.group) };
    lagMessages.set(labels, lag.messages);
    lagSeconds.set(labels, lag.seconds);
  }
  const keys = store.collection(parkedKeys);
  for (const { group } of consumers) parked.set({ group: nameOf(group) }, await keys.count('ofGroup', { group }));
}

/** Each instance of the inbox has a push group of its own; as a label they are one. */
const nameOf = (group: string): string => group.replace(/^(seaway-inbox-push)-.*/, '$1');
