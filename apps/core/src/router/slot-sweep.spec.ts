import { expect, it } from '@jest/globals';
import { agents, seen } from '#libs/store';
import { TestCore } from '../testing/test-core.ts';
import { Router } from './router.ts';
import { SlotSweep } from './slot-sweep.ts';

it('gives back a slot whose conversation is not the agent’s, and leaves the others alone', async () => {
  const core = await TestCore.open();
  await core.take(core.message('halo'));
  const roster = core.store.collection(agents);
  const before = (await roster.get('li-na'))!;
  expect(before.slots).toHaveLength(1);
  const leak = (reservation: string) => ({
    conversationId: `left-by-${reservation}` as never,
    reservation,
    since: core.clock.now(),
  });
  await roster.replace({ ...before, slots: [...before.slots, leak('refused'), leak('on-its-way')] });
  await core.store.collection(seen).insert({ _id: 'refused', at: core.clock.now() });
  const router = new Router(core.bus, core.store, core.config, core.clock);
  const sweeps = [0, 1].map(() => new SlotSweep(core.store, router, core.clock));
  const left = async () => (await roster.get('li-na'))!.slots.map((slot) => slot.reservation);

  expect(await sweeps[0]!.sweep()).toBe(0);
  core.clock.at += 61_000;
  await Promise.all(sweeps.map((sweep) => sweep.sweep()));
  expect(await left()).toEqual([before.slots[0]!.reservation, 'on-its-way']);
  core.clock.at += 3_600_000;
  await sweeps[0]!.sweep();
  expect(await left()).toEqual([before.slots[0]!.reservation]);
});
