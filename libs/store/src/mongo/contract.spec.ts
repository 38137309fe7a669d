import { afterAll, describe, expect, it } from '@jest/globals';
import { storeContract } from '../testing/store-contract.ts';
import { specimen, specimens } from '../testing/specimens.ts';
import { openMongoStore } from './store.ts';
import type { MongoStore } from './store.ts';

const uri = process.env['MONGODB_URI'];

if (uri === undefined || uri === '') {
  process.stdout.write('skipped: mongo store contract (MONGODB_URI not set; npm run services)\n');
  describe('store contract: mongo', () => it.skip('needs MONGODB_URI', () => undefined));
} else {
  const dbName = `seaway_contract_${process.pid}_${Date.now()}`;
  const open = (): Promise<MongoStore> => openMongoStore({ uri, dbName, forceHint: true, clock: { now: () => 5000 } });

  storeContract({ name: 'mongo', open });

  describe('mongo store', () => {
    afterAll(async () => {
      const store = await open();
      await store.dropDatabase();
      await store.close();
    });

    it('sweeps what has expired', async () => {
      const store = await open();
      const docs = store.collection(specimens);
      await docs.insertMany([specimen('swept', { rank: 4000 }), specimen('kept', { rank: 4001 })]);
      expect(await store.sweep()).toBeGreaterThan(0);
      expect([await docs.get('swept'), (await docs.get('kept'))?.rank]).toEqual([undefined, 4001]);
      await store.close();
    });

    it('reports a server that is away as unavailable', async () => {
      const gone = await open();
      const docs = gone.collection(specimens);
      await gone.ready();
      await gone.close();
      const works = [
        () => docs.get('x'),
        () => docs.insert(specimen('x')),
        () => docs.insertMany([specimen('x')]),
        () => docs.query('openOnes', {}),
      ];
      for (const work of works) await expect(work()).rejects.toMatchObject({ name: 'TransientError' });
      expect((await gone.health()).up).toBe(false);
    });
  });
}
