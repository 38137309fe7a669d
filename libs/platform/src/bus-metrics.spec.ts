import { describe, expect, it } from '@jest/globals';
import { register } from 'prom-client';
import { openEmbeddedBus, TransientError, UndecodableError } from '#libs/bus';
import { openEmbeddedStore, StoreParkingLot } from '#libs/store';
import { countingObserver, sampleBus } from './bus-metrics.ts';

const valueOf = async (name: string, labels: Record<string, string>): Promise<number | undefined> => {
  const values = (await register.getSingleMetric(name)!.get()).values;
  return values.find((one) => Object.entries(labels).every(([label, value]) => one.labels[label] === value))?.value;
};

describe('metrics of the bus', () => {
  it('counts what happened, and measures lag, parked keys and whether consumers work', async () => {
    let now = 1_000_000;
    const clock = { now: () => now };
    const store = openEmbeddedStore({ path: ':memory:' });
    const parking = new StoreParkingLot(store);
    const bus = await openEmbeddedBus({ path: ':memory:', clock, parking, observer: countingObserver });
    await bus.ensureTopics([{ name: 't', retentionMs: 1e9, partitions: 1 }]);
    let away = 1;
    const subscription = await bus.consume<string>({
      topics: ['t'],
      group: 'seaway-inbox-push-host-7',
      decode: ({ value }) => {
        if (value === 'bytes') throw new UndecodableError('no');
        return value;
      },
      handler: async ({ key }) => {
        if (key === 'fails') throw new Error('no');
        if (key === 'waits' && away-- > 0) throw new TransientError('away');
        if (key === 'hangs') await new Promise(() => {});
      },
    });
    const group = 'seaway-inbox-push';
    await bus.publish([
      { topic: 't', key: 'x', value: 'bytes' },
      { topic: 't', key: 'fails', value: '1' },
      { topic: 't', key: 'waits', value: '1' },
    ]);
    while ((await bus.lag('seaway-inbox-push-host-7', ['t']))[0]!.messages > 0)
      await new Promise((r) => setTimeout(r, 5));
    await bus.publish([{ topic: 't', key: 'hangs', value: '1' }]);
    now += 4000;
    await sampleBus({ bus, store, clock, logger: { warn: () => {} } as never });
    expect(await valueOf('seaway_dead_letters_total', { topic: 't', group })).toBe(1);
    expect(await valueOf('seaway_keys_parked_total', { group })).toBe(1);
    expect(await valueOf('seaway_bus_retries_total', { topic: 't', group })).toBe(1);
    expect(await valueOf('seaway_consumer_lag_messages', { topic: 't', group })).toBe(1);
    expect(await valueOf('seaway_consumer_lag_seconds', { topic: 't', group })).toBe(4);
    expect(await valueOf('seaway_parked_keys', { group })).toBe(1);
    expect(await valueOf('seaway_consumer_up', { group })).toBe(1);
    await subscription.close(10);
    await bus.close();
    await store.close();
  });
});
