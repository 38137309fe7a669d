import { smallStore } from '../app/small-store.ts';

/** The message whose trace is open. */
export const whyOpen = smallStore<string | undefined>(undefined);
export const openWhy = (messageId: string): void => whyOpen.set(messageId);
