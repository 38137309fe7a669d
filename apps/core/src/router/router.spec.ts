import { describe, expect, it } from '@jest/globals';
import type { Bus } from '#libs/bus';
import { type Command, conversationIdOf, conversationKeyOf } from '#libs/contracts';
import { seawayConfig } from '#libs/platform';
import { agents, openEmbeddedStore } from '#libs/store';
import type { RouteRequest } from '../effects/effect.ts';
import { Router } from './router.ts';

const NOW = Date.UTC(2026, 2, 2, 2, 0, 0);
const everyDay = [1, 2, 3, 4, 5, 6, 7];

const config = seawayConfig.parse({
  accounts: [{ channel: 'telegram', account: 'shop', settings: {} }],
  queues: [{ id: 'sea', name: 'South-East Asia' }],
  agents: [
    {
      id: 'li-na',
      name: 'Li Na',
      email: 'lina@example.test',
      password: 'long-enough',
      languages: ['zh-CN', 'en'],
      zone: 'Asia/Shanghai',
      capacity: 40,
      queues: ['sea'],
      shifts: [{ days: everyDay, from: '09:00', to: '18:00', zone: 'Asia/Shanghai' }],
    },
  ],
});

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
    const store = await openEmbeddedStore({ path: ':memory:' });
    const roster = store.collection(agents);
    await roster.insert({
      _id: 'li-na' as never,
      presence: 'online',
      presenceAt: 0,
      slots: [],
      lastAssignedAt: 0,
      passwordHash: '',
    });
    const commands: Command[] = [];
    const bus: Pick<Bus, 'publish'> = {
      publish: async (records) => void commands.push(...records.map(({ value }) => JSON.parse(value) as Command)),
    };
    const router = new Router(bus as Bus, store, config, { now: () => NOW });

    await Promise.all(Array.from({ length: 50 }, (_, i) => router.route(requestOf(i))));

    const to = commands.map((command) => (command.type === 'assign' ? command.to.kind : command.type));
    expect(to.filter((kind) => kind === 'agent')).toHaveLength(40);
    expect(to.filter((kind) => kind === 'queue')).toHaveLength(10);
    const slots = (await roster.get('li-na' as never))!.slots.map((slot) => slot.conversationId);
    expect(new Set(slots).size).toBe(40);

    await Promise.all(slots.map((conversationId) => router.release('li-na', conversationId)));
    expect((await roster.get('li-na' as never))!.slots).toEqual([]);
    await store.close();
  });
});
