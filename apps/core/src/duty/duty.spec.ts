import { expect, it } from '@jest/globals';
import { openEmbeddedStore } from '#libs/store';
import { Duty } from './duty.ts';

it('is one instance’s at a time, and another’s once the holder gives it back or is not heard of', async () => {
  const store = await openEmbeddedStore({ path: ':memory:' });
  const clock = { at: 1000, now: () => clock.at };
  const [a, b] = ['a', 'b'].map((self) => new Duty('sweep', 3000, store, clock, self));
  expect(await Promise.all([a!.mine(), b!.mine()])).toEqual([true, false]);

  clock.at += 2000;
  expect(await a!.mine()).toBe(true);
  clock.at += 2000;
  expect(await b!.mine()).toBe(false);
  clock.at += 1000;
  expect(await b!.mine()).toBe(true);
  expect(await a!.mine()).toBe(false);

  await b!.release();
  expect(await a!.mine()).toBe(true);
  await store.close();
});
