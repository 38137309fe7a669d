import { expect, it } from '@jest/globals';
import { deadLetterId, deadLetters } from '../operations/dead-letters.ts';
import { StoreDeadLetterBox } from '../operations/store-dead-letter-box.ts';
import { parkedKeyId, parkedKeys } from '../parking/parked-keys.ts';
import { StoreParkingLot } from '../parking/store-parking-lot.ts';
import type { ContractBench } from './contract-bench.ts';

const recordOf = (group: string) => (offset: number, key: string, more: object) => ({
  group,
  topic: 't',
  partition: 3,
  offset: String(offset),
  key,
  value: '{}',
  headers: { a: 'b' },
  timestamp: 1,
  reason: 'r',
  parkedAt: 5,
  build: 'x',
  behind: false,
  ...more,
});

/** What the bus keeps in the store: parked keys with their records, and dead letters. */
export function operationsContract(bench: ContractBench): void {
  it('keeps parked records in order, once each, until they are removed', async () => {
    const lot = new StoreParkingLot(bench.store, () => 10);
    const group = bench.prefix();
    const record = (offset: number, key = 'a', more = {}) => recordOf(group)(offset, key, more);
    // The clock was set back in between: a key's order is that of its offsets.
    await lot.park(record(10));
    await lot.park(record(9, 'a', { parkedAt: 6 }));
    await lot.park(record(11, 'b', { parkedAt: 7 }));
    await lot.park(record(9));
    expect((await lot.list(group, 'a')).map(({ offset }) => offset)).toEqual(['9', '10']);
    await lot.park(record(12, 'c', { parkedAt: 8, bytes: Buffer.from([0xff, 0x00]) }));
    expect((await lot.parkedKeys(group)).map(({ key }) => key).sort()).toEqual(['a', 'b', 'c']);
    expect(await lot.list(group)).toEqual([
      record(10),
      record(9, 'a', { parkedAt: 6 }),
      record(11, 'b', { parkedAt: 7 }),
      record(12, 'c', { parkedAt: 8, bytes: Buffer.from([0xff, 0x00]) }),
    ]);
    await lot.remove(record(9));
    expect(await lot.list(group, 'a')).toEqual([record(10)]);
    expect(await lot.parkedKeys(`${group}-other`)).toEqual([]);
  });

  it('hands a release from who asked to who consumes, and keeps why it failed', async () => {
    const lot = new StoreParkingLot(bench.store, () => 10);
    const group = bench.prefix();
    const keys = bench.store.collection(parkedKeys);
    const record = (offset: number, key: string, more = {}) => recordOf(group)(offset, key, more);
    await lot.park(record(1, 'a'));
    await lot.park(record(2, 'a', { behind: true }));
    expect(await lot.asked(group)).toEqual([]);
    const doc = (await keys.get(parkedKeyId(group, 'a')))!;
    await keys.replace({ ...doc, releaseState: 'asked', releaseBy: 'ann', releaseAt: 6 });
    expect(await lot.asked(group)).toEqual([
      { group, key: 'a', topic: 't', partition: 3, reason: 'r', parkedAt: 5, build: 'x' },
    ]);
    expect(await lot.asked(`${group}-other`)).toEqual([]);
    await lot.refused(group, 'a', { reason: 'again', at: 7, build: 'y' });
    expect(await lot.asked(group)).toEqual([]);
    expect(await keys.get(doc._id)).toMatchObject({
      reason: 'again',
      build: 'y',
      releaseState: 'failed',
      releaseBy: 'ann',
      releaseAt: 7,
      releaseDetail: 'again',
    });
    await lot.freed(group, 'a');
    expect(await lot.parkedKeys(group)).toHaveLength(1);
    for (const offset of [1, 2]) await lot.remove(record(offset, 'a'));
    await lot.freed(group, 'a');
    expect(await lot.parkedKeys(group)).toEqual([]);
  });

  it('asks for the release of a key that was parked behind what is gone, and forgets a key that a crash left empty', async () => {
    let now = 10;
    const lot = new StoreParkingLot(bench.store, () => now);
    const group = bench.prefix();
    await lot.park(recordOf(group)(1, 'a', { behind: true }));
    expect((await lot.asked(group)).map(({ key }) => key)).toEqual(['a']);
    await lot.remove(recordOf(group)(1, 'a', {}));
    expect(await lot.parkedKeys(group)).toHaveLength(1);
    now += 61_000;
    expect(await lot.parkedKeys(group)).toEqual([]);
  });

  it('does not lose sight of a record that another instance parks while the key is being freed', async () => {
    const lot = new StoreParkingLot(bench.store, () => 10);
    const group = bench.prefix();
    await Promise.all([lot.freed(group, 'a'), lot.park(recordOf(group)(1, 'a', { behind: true }))]);
    await lot.park(recordOf(group)(2, 'b', {}));
    await lot.remove(recordOf(group)(2, 'b', {}));
    await Promise.all([lot.park(recordOf(group)(3, 'b', { behind: true })), lot.freed(group, 'b')]);
    expect((await lot.parkedKeys(group)).map(({ key }) => key).sort()).toEqual(['a', 'b']);
    expect((await lot.list(group)).map(({ offset }) => offset)).toEqual(['1', '3']);
  });

  it('keeps one dead letter per group and record, and opens it again when its replay fails', async () => {
    const box = new StoreDeadLetterBox(bench.store);
    const letters = bench.store.collection(deadLetters);
    const group = bench.prefix();
    const bytes = Buffer.from([0x7b, 0xff, 0x00]);
    const letter = {
      group,
      topic: 't',
      partition: 0,
      offset: 7n,
      key: 'k',
      value: bytes.toString('utf8'),
      bytes,
      headers: { a: 'b' },
      timestamp: 1,
      reason: 'no',
      at: 5,
      build: 'x',
      origin: 't/0/7',
    };
    await box.keep(letter);
    await box.keep({ ...letter, at: 6 });
    const id = deadLetterId(group, 't/0/7');
    const kept = (await letters.get(id))!;
    expect(kept).toMatchObject({ offset: '7', at: 5, bytes: 3, attempts: 1, state: 'open', headers: { a: 'b' } });
    expect(Buffer.from(kept.base64!, 'base64')).toEqual(bytes);
    expect((await letters.query('ofStateAndTopic', { state: 'open', topic: 't', since: 5 })).items).toContainEqual(
      kept,
    );

    await letters.replace({ ...kept, state: 'replayed', stateBy: 'ann', stateAt: 8 });
    await box.keep(letter);
    expect((await letters.get(id))!.state).toBe('replayed');
    await box.keep({ ...letter, offset: 12n, at: 9, reason: 'still no' });
    const again = (await letters.get(id))!;
    expect(again).toMatchObject({ state: 'open', offset: '12', attempts: 2, reason: 'still no', at: 9 });
    expect(again.stateBy).toBeUndefined();
    expect((await letters.query('ofGroup', { group })).items).toEqual([again]);
  });
}
