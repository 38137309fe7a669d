import { openEmbeddedStore } from './store.ts';
import { storeContract } from '../testing/store-contract.ts';

storeContract({ name: 'embedded, in memory', open: async () => openEmbeddedStore({ path: ':memory:' }) });
