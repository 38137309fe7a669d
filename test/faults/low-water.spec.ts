import { describe, expect, it } from '@jest/globals';
import { eventIdOf, messageIdOf } from '#libs/contracts';
import { LowWater } from './low-water.ts';

const TOPIC = 'seaway.inbound.telegram';
const eventIds = ['msg:1:1', 'msg:1:2'].map((id) => eventIdOf('telegram', 'shop', id));
const archive = eventIds.map((eventId, offset) => ({
  topic: TOPIC,
  partition: 0,
  offset,
  key: 'telegram:shop:1',
  value: JSON.stringify({ type: 'message', key: 'telegram:shop:1', eventId }),
  headers: {},
}));

/** Looks once per given state: what is committed, and how many of the messages are stored. */
async function seen(...states: { committed: number; stored: number }[]): Promise<string[]> {
  let now = states[0]!;
  const admin = {
    connect: () => Promise.resolve(),
    disconnect: () => Promise.resolve(),
    fetchOffsets: () =>
      Promise.resolve([
        { topic: TOPIC, partitions: [{ partition: 0, offset: String(now.committed), metadata: null }] },
      ]),
  };
  const store = {
    collection: () => ({
      find: () => ({
        toArray: () => Promise.resolve(eventIds.slice(0, now.stored).map((id) => ({ _id: messageIdOf(id) }))),
      }),
    }),
    close: () => Promise.resolve(),
  };
  const water = new LowWater(admin as never, store as never, [TOPIC]);
  for (const state of states) {
    now = state;
    await water.look();
  }
  return water.breaches(archive).map(({ at }) => at);
}

describe('what is committed', () => {
  it('is stored at every look', async () => {
    expect(await seen({ committed: -1, stored: 0 }, { committed: 1, stored: 2 }, { committed: 2, stored: 2 })).toEqual(
      [],
    );
  });

  it('was too early when its message is stored only at a later look', async () => {
    expect(await seen({ committed: 1, stored: 0 }, { committed: 2, stored: 2 })).toEqual([`${TOPIC}/0@0`]);
    expect(await seen({ committed: 2, stored: 1 })).toEqual([`${TOPIC}/0@1`]);
  });
});
