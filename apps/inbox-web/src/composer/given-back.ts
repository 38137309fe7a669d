import { smallStore } from '../app/small-store.ts';

export interface GivenBack {
  text: string;
  reason: string;
}

/** Words of refused messages, by conversation, until their composer takes them back. */
export const givenBack = smallStore<ReadonlyMap<string, GivenBack>>(new Map());

export const giveBack = (conversationId: string, text: string, reason: string): void =>
  givenBack.set((before) => new Map(before).set(conversationId, { text, reason }));

export const takeBack = (conversationId: string): void =>
  givenBack.set((before) => {
    const next = new Map(before);
    next.delete(conversationId);
    return next;
  });
