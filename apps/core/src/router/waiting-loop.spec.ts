import { expect, it } from '@jest/globals';
import { type Command, COMMANDS_TOPIC } from '#libs/contracts';
import { createLogger } from '#libs/platform';
import { agents, type AgentDoc, sessions } from '#libs/store';
import { Duty } from '../duty/duty.ts';
import { TestCore } from '../testing/test-core.ts';
import { PresenceExpiry } from './presence-expiry.ts';
import { Router } from './router.ts';
import { SlotSweep } from './slot-sweep.ts';
import { WaitingLoop } from './waiting-loop.ts';

const silent = createLogger({ name: 'test', level: 'silent' });
const nobodyElse = { mine: async () => true, release: async () => undefined };

function loopOf(core: TestCore, duty: Pick<Duty, 'mine' | 'release'>): WaitingLoop {
  const { bus, store, config, clock } = core;
  return new WaitingLoop(bus, store, config, clock, silent, {
    slots: new SlotSweep(store, new Router(bus, store, config, clock), clock),
    presence: new PresenceExpiry(store, clock),
    duty,
  });
}

async function change(core: TestCore, fields: Partial<AgentDoc>): Promise<void> {
  const roster = core.store.collection(agents);
  await roster.replace({ ...(await roster.get('li-na'))!, ...fields });
}

const agent = async (core: TestCore) => (await core.store.collection(agents).get('li-na'))!;

/** Everybody is offline and the bot gave up: the conversation waits. */
async function waiting(): Promise<TestCore> {
  const core = await TestCore.open({ online: false });
  core.config.bot.enabled = false;
  await core.take(core.message('halo'));
  expect((await core.state()).owner).toMatchObject({ kind: 'queue', id: 'sea' });
  await core.lane.close();
  return core;
}

const offers = (core: TestCore) =>
  (core.bus.take(COMMANDS_TOPIC) as Command[]).filter((command) => command.type === 'timer');

it('offers a waiting conversation once, by one instance, when somebody comes online', async () => {
  const core = await waiting();
  const loops = ['a', 'b', 'c'].map((self) => loopOf(core, new Duty('waiting', 6000, core.store, core.clock, self)));
  await change(core, { presence: 'online', heardAt: core.clock.now() });
  await Promise.all(loops.map((loop) => loop.look()));
  expect(offers(core)).toHaveLength(1);
  await core.takeCommands();
  expect((await core.state()).owner).toMatchObject({ kind: 'agent', id: 'li-na' });
});

it('offers it once, too, when two instances look for all at the same moment', async () => {
  const core = await waiting();
  const loops = [0, 1].map(() => loopOf(core, nobodyElse));
  await change(core, { presence: 'online', heardAt: core.clock.now() });
  await Promise.all(loops.map((loop) => loop.look()));
  expect(new Set(offers(core).map((command) => command.commandId)).size).toBe(1);
  await core.takeCommands();
  expect((await core.timeline()).filter((entry) => entry.event?.what === 'assigned')).toHaveLength(2);
});

it('makes an agent offline a minute after the last sign of an open page', async () => {
  const core = await TestCore.open();
  const loop = loopOf(core, nobodyElse);
  await change(core, { heardAt: core.clock.now() });
  core.clock.at += 59_000;
  await loop.look();
  expect((await agent(core)).presence).toBe('online');
  core.clock.at += 2000;
  await loop.look();
  expect(await agent(core)).toMatchObject({ presence: 'offline', lostWhile: 'online' });
});

it('keeps an agent who works through the API alone as long as a session lasts', async () => {
  const core = await TestCore.open();
  const loop = loopOf(core, nobodyElse);
  await core.store.collection(sessions).insert({
    _id: 's',
    agentId: 'li-na' as never,
    createdAt: 0,
    lastSeenAt: 0,
    expiresAt: core.clock.now() + 90_000,
  });
  await loop.look();
  core.clock.at += 61_000;
  await loop.look();
  expect((await agent(core)).presence).toBe('online');
  core.clock.at += 61_000;
  await loop.look();
  expect((await agent(core)).presence).toBe('offline');
});
