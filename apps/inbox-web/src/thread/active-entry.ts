import { smallStore } from '../app/small-store.ts';

/** The entry in the open thread that arrow keys stand on: its buttons can be reached with Tab. */
export const activeEntry = smallStore<string | undefined>(undefined);
