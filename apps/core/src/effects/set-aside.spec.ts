import { beforeEach, describe, expect, it } from '@jest/globals';
import type { BusRecord } from '#libs/bus';
import { operatorItems } from '#libs/store';
import { TestCore } from '../testing/test-core.ts';

describe.each([
  ['whole decisions', false],
  ['document by document', true],
])('an effect that can never succeed, written in %s', (_, oneByOne) => {
  let core: TestCore;
  beforeEach(async () => {
    core = await TestCore.open({ oneByOne });
  });

  const setAside = async () => (await core.store.collection(operatorItems).query('byKind', { kind: 'effect' })).items;

  it('is set aside with its reason, and the others proceed', async () => {
    const publish = core.bus.publish;
    core.bus.publish = async (records: readonly BusRecord[]) => {
      if (records.some((record) => record.value.includes('"type":"message.received"')))
        throw Object.assign(new RangeError('record is over the limit'), { name: 'RecordTooLargeError' });
      return publish(records);
    };
    await core.take(core.message('Halo kak'));
    expect(await setAside()).toMatchObject([
      { key: core.key, reason: expect.stringContaining('record is over the limit'), data: { kind: 'feed' } },
    ]);
    expect(await core.words()).toContain('Halo kak');
    expect(core.feed().map((event) => event.type)).not.toContain('message.received');
    expect(core.feed().length).toBeGreaterThan(0);
    await core.take(core.message('Masih error'));
    expect(await core.words()).toEqual(['Halo kak', 'Masih error']);
    expect(await setAside()).toHaveLength(2);
  });

  it('is set aside when it is too large, wherever it would have gone', async () => {
    await core.take(core.message('x'.repeat(300_000)));
    expect((await setAside()).map((item) => (item.data as { kind: string }).kind).toSorted()).toEqual([
      'entry',
      'feed',
    ]);
    await core.take(core.message('Halo kak'));
    expect(await core.words()).toEqual(['Halo kak']);
  });

  it.each(['TransientError', 'Error', 'TypeError'])('is not taken for one that fails with a %s', async (name) => {
    core.bus.publish = async () => {
      throw Object.assign(new Error('the broker is away'), { name });
    };
    await expect(core.take(core.message('Halo kak'))).rejects.toThrow('the broker is away');
    expect(await setAside()).toEqual([]);
  });
});
