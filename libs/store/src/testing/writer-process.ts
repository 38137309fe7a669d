import { writeSync } from 'node:fs';
import { openEmbeddedStore } from '../embedded/store.ts';
import { specimen, specimens } from './specimens.ts';

/**
 * Run as a process of its own: writes documents from sixteen lanes until it is killed, and says the id of each on standard
 * output once its write was acknowledged. Arguments: the store's path, a prefix for ids.
 */
const [, , path, prefix] = process.argv;
try {
  const docs = openEmbeddedStore({ path: path! }).collection(specimens);
  for (let lane = 0; lane < 16; lane += 1) void write(lane);

  async function write(lane: number): Promise<void> {
    for (let i = 0; ; i += 1) {
      const id = `${prefix}-${lane}-${i}`;
      await docs.insert(specimen(id, { tokens: [`token-${id}`], rank: i }));
      await docs.replace({ ...specimen(id, { tokens: [`token-${id}`], rank: i + 1 }), version: 1 });
      writeSync(1, `${id}\n`);
    }
  }
} catch (error) {
  writeSync(1, `${(error as Error).message}\n`);
  process.exitCode = 3;
}
