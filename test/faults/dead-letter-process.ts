import { join } from 'node:path';
import { openEmbeddedBus, UndecodableError } from '#libs/bus';
import { systemClock } from '#libs/contracts';
import { createOperations } from '#libs/platform';
import { openEmbeddedStore, StoreDeadLetterBox } from '#libs/store';

/**
 * A process made to die at `CRASH_AT`. `work <dir> broken|mended`: consumes until nothing is left, decoding everything or nothing.
 * `replay <dir>`: replays what is open, with nobody consuming. Prints one line of JSON when it got to its end.
 */
const [action, dir, how] = process.argv.slice(2);
const store = openEmbeddedStore({ path: join(dir!, 'store.sqlite') });
const bus = await openEmbeddedBus({ path: join(dir!, 'bus.sqlite'), deadLetters: new StoreDeadLetterBox(store) });
await bus.ensureTopics([{ name: 'in', retentionMs: 3_600_000, partitions: 1 }]);
const groups = [{ group: 'g', topics: ['in'] }];
const operations = createOperations({ bus, store, clock: systemClock, groups });
await store.ready();

if (action === 'publish') await bus.publish(['one', 'two'].map((value) => ({ topic: 'in', key: 'k', value })));
const handled: string[] = [];
if (action === 'work') {
  await bus.consume<string>({
    topics: ['in'],
    group: 'g',
    decode: ({ value }) => {
      if (how === 'broken') throw new UndecodableError('no');
      return value;
    },
    handler: async ({ entries }) => void handled.push(...entries.map(({ value }) => value)),
  });
  while ((await bus.lag('g', ['in']))[0]!.messages > 0) await new Promise((resolve) => setTimeout(resolve, 5));
}
const report =
  action === 'replay' ? await operations.replay({}, { dryRun: false, perSecond: 1000, by: 'test' }) : undefined;
const { items } = await operations.deadLetters({}, {});
const topic = (await bus.read('in.dlq', 0, 0n, 100).catch(() => [])).map(({ value }) => value);
const audit = (await operations.audit({})).items.map((entry) => entry.action).reverse();
const letters = items.map(({ offset, state }) => `${offset} ${state}`).sort();
await bus.close();
await store.close();
process.stdout.write(`${JSON.stringify({ handled, letters, topic, audit, replayed: report?.replayed })}\n`);
