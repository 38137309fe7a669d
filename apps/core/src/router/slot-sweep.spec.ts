import { expect, it } from '@jest/globals';
import { agents } from '#libs/store';
import { TestCore } from '../testing/test-core.ts';
import { Router } from './router.ts';
import { SlotSweep } from './slot-sweep.ts';

it('gives back a slot whose conversation is not the agent’s, and leaves the others alone', async () => {
  const core = await TestCore.open();
  await core.take(core.message('halo'));
  const roster = core.store.collection(agents);
  const before = (await roster.get('li-na'))!;
  expect(before.slots).toHaveLength(1);
  await roster.replace({
    ...before,
    slots: [...before.slots, { conversationId: 'left-by-a-crash' as never, reservation: 'r', since: core.clock.now() }],
  });
  const sweep = new SlotSweep(core.store, new Router(core.bus, core.store, core.config, core.clock), core.clock);

  expect(await sweep.sweep()).toBe(0);
  core.clock.at += 61_000;
  expect(await sweep.sweep()).toBe(1);
  expect((await roster.get('li-na'))!.slots).toEqual(before.slots);
});
