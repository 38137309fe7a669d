import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Store } from '../port.ts';
import { ContractBench } from './contract-bench.ts';
import { operationsContract } from './operations-contract.ts';
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
    operationsContract(bench);

    it('says that it is up', async () => {
      expect(await bench.store.health()).toEqual({ up: true, detail: expect.any(String) });
    });
  });
}
