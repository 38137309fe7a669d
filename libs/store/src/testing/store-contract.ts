import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StoreParkingLot } from '../parking/store-parking-lot.ts';
import type { Store } from '../port.ts';
import { ContractBench } from './contract-bench.ts';
import { queryContract } from './query-contract.ts';
import { writeContract } from './write-contract.ts';

export interface StoreContract {
  name: string;
  /** Opens an empty store of its own. */
  open(): Promise<Store>;
}

/** What the rest of Seaway relies on. Every adapter passes the same. */
export function storeContract({ name, open }: StoreContract): void {
  describe(`store contract: ${name}`, () => {
    const bench = new ContractBench();
    beforeAll(async () => bench.use(await open()));
    afterAll(async () => bench.store.close());

    writeContract(bench);
    queryContract(bench);
    parkingContract(bench);

    it('says that it is up', async () => {
      expect(await bench.store.health()).toEqual({ up: true, detail: expect.any(String) });
    });
  });
}

function parkingContract(bench: ContractBench): void {
  it('keeps parked records in order, once each, until they are removed', async () => {
    const lot = new StoreParkingLot(bench.store);
    const group = bench.prefix();
    const record = (offset: number, key = 'a') => ({
      group,
      topic: 't',
      partition: 0,
      offset: String(offset),
      key,
      value: '{}',
      headers: { a: 'b' },
      timestamp: 1,
      reason: 'r',
      parkedAt: 5,
      build: 'x',
    });
    for (const offset of [9, 10, 11]) await lot.park(record(offset, offset === 11 ? 'b' : 'a'));
    await lot.park(record(9));
    expect(await lot.parkedKeys(group)).toEqual(new Set(['a', 'b']));
    expect(await lot.list(group)).toEqual([record(9), record(10), record(11, 'b')]);
    await lot.remove(record(9));
    expect(await lot.list(group, 'a')).toEqual([record(10)]);
    expect(await lot.parkedKeys(`${group}-other`)).toEqual(new Set());
  });
}
