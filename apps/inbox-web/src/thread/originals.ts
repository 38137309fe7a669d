import { rememberedStore } from '../app/small-store.ts';

/** Whether the text as it travelled is shown under its translation, in the whole page. */
export const originals = rememberedStore('seaway.originals', true);
export const toggleOriginals = (): void => originals.set((shown) => !shown);
