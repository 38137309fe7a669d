import { openEmbeddedBus } from '../embedded/open-embedded-bus.ts';

/**
 * A process made to be killed: it publishes without end and prints a value only after it was acknowledged. Its consumer never
 * finishes the key `stuck`, so whatever the kill interrupts is not committed.
 */
const bus = await openEmbeddedBus({ path: process.argv[2]! });
await bus.ensureTopics([{ name: 'killed', retentionMs: 3_600_000, partitions: 4 }]);
await bus.consume({
  topics: ['killed'],
  group: 'killed-group',
  decode: (message) => message.value,
  handler: ({ key }) => (key === 'stuck' ? new Promise(() => {}) : Promise.resolve()),
});

async function writer(id: number): Promise<never> {
  for (let n = 0; ; n += 1) {
    const value = `${process.pid}-${id}/${n}`;
    await bus.publish([{ topic: 'killed', key: n % 10 === 0 ? 'stuck' : `key-${id}`, value }]);
    process.stdout.write(`${value}\n`);
  }
}
await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map((id) => writer(id)));
