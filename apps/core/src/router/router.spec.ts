import { describe, expect, it } from '@jest/globals';
import type { Bus } from '#libs/bus';
import { type CommandOf, conversationIdOf, conversationKeyOf } from '#libs/contracts';
import { seawayConfig } from '#libs/platform';
import { agents, openEmbeddedStore, seen } from '#libs/store';
import type { RouteRequest } from '../effects/effect.ts';
import { Router } from './router.ts';

const NOW = Date.UTC(2026, 2, 2, 2, 0, 0);
const everyDay = [1, 2, 3, 4, 5, 6, 7];

const AGENTS = ['li-na', 'mei', 'sari', 'budi', 'ayu'];

const configOf = (capacity: number, names: readonly string[]) =>
  seawayConfig.parse({
    accounts: [{ channel: 'telegram', account: 'shop', settings: {} }],
    queues: [{ id: 'sea', name: 'South-East Asia' }],
    agents: names.map((id) => ({
      id,
      name: id,
      email: `${id}@example.test`,
      password: 'long-enough',
      languages: ['zh-CN', 'en'],
      zone: 'Asia/Shanghai',
      capacity,
      queues: ['sea'],
      shifts: [{ days: everyDay, from: '09:00', to: '18:00', zone: 'Asia/Shanghai' }],
    })),
  });

/** Instances of the router on one store, and what they command. */
async function open(instances: number, capacity: number, names: readonly string[] = AGENTS) {
  const store = await openEmbeddedStore({ path: ':memory:' });
  const roster = store.collection(agents);
  for (const id of names)
    await roster.insert({
      _id: id as never,
      presence: 'online',
      presenceAt: 0,
      slots: [],
      lastAssignedAt: 0,
      passwordHash: '',
    });
  const commands: CommandOf<'assign'>[] = [];
  const bus: Pick<Bus, 'publish'> = {
    publish: async (records) =>
      void commands.push(...records.map(({ value }) => JSON.parse(value) as CommandOf<'assign'>)),
  };
  const routers = Array.from(
    { length: instances },
    () => new Router(bus as Bus, store, configOf(capacity, names), { now: () => NOW }),
  );
  const slots = async () => (await roster.query('all', {})).items.map((doc) => doc.slots);
  return { store, roster, commands, routers, slots };
}

function requestOf(chat: number): RouteRequest {
  const key = conversationKeyOf('telegram', 'shop', String(chat));
  return {
    id: `request-${chat}`,
    key,
    conversationId: conversationIdOf(key),
    lang: 'id',
    channel: 'telegram',
    region: { country: 'ID', groups: ['SEA'] },
    topics: [],
    botAllowed: false,
    reason: 'nobody owns it',
    at: NOW,
  };
}

describe('the router', () => {
  it('gives every slot once when many conversations ask in the same moment, and never fails for the crowd', async () => {
    const { store, commands, routers, slots } = await open(1, 40, ['li-na']);
    await Promise.all(Array.from({ length: 50 }, (_, i) => routers[0]!.route(requestOf(i))));

    const to = commands.map((command) => command.to.kind);
    expect(to.filter((kind) => kind === 'agent')).toHaveLength(40);
    expect(to.filter((kind) => kind === 'queue')).toHaveLength(10);
    const [taken] = await slots();
    expect(new Set(taken!.map((slot) => slot.conversationId)).size).toBe(40);

    await Promise.all(taken!.map((slot) => routers[0]!.release('li-na', slot.conversationId, slot.reservation)));
    expect(await slots()).toEqual([[]]);
    await store.close();
  });

  it('never goes over capacity with three instances that hammer five agents while slots come and go', async () => {
    const capacity = 8;
    const { store, roster, commands, routers, slots } = await open(3, capacity);
    let most = 0;
    const { replace } = roster;
    roster.replace = async (doc) => {
      const outcome = await replace.call(roster, doc);
      if (outcome === 'replaced') most = Math.max(most, doc.slots.length);
      return outcome;
    };
    await Promise.all(Array.from({ length: 60 }, (_, i) => routers[i % 3]!.route(requestOf(i))));
    expect(commands.filter((command) => command.to.kind === 'agent')).toHaveLength(AGENTS.length * capacity);

    const churn = (await roster.query('all', {})).items.flatMap((doc) =>
      doc.slots.slice(0, 4).map((slot) => ({ agentId: doc._id, ...slot })),
    );
    await Promise.all([
      ...churn.map((one, i) => routers[(i + 1) % 3]!.release(one.agentId, one.conversationId, one.reservation)),
      ...Array.from({ length: 60 }, (_, i) => routers[i % 3]!.route(requestOf(100 + i))),
    ]);

    expect(most).toBe(capacity);
    const held = (await slots()).flat();
    expect(new Set(held.map((slot) => slot.conversationId)).size).toBe(held.length);
    const reservations = new Set(commands.map((command) => command.reservation));
    expect(held.filter((slot) => !reservations.has(slot.reservation))).toEqual([]);
    await store.close();
  });

  it('answers a request again as it did before a crash, and not at all once that was decided', async () => {
    const { store, commands, routers, slots } = await open(2, 2);
    await routers[0]!.route(requestOf(1));
    await routers[1]!.route(requestOf(1), true);
    expect(commands[1]).toMatchObject({ commandId: commands[0]!.commandId, to: commands[0]!.to });
    expect((await slots()).flat()).toHaveLength(1);

    await store.collection(seen).insert({ _id: commands[0]!.commandId, at: NOW });
    const [slot] = (await slots()).flat();
    await routers[0]!.release(commands[0]!.to.id!, slot!.conversationId, slot!.reservation);
    await routers[1]!.route(requestOf(1), true);
    expect(commands).toHaveLength(2);
    expect((await slots()).flat()).toEqual([]);
    await store.close();
  });
});
