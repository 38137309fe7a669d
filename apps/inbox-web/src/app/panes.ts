import { useSyncExternalStore } from 'react';
import { rememberedStore, smallStore } from './small-store.ts';

export const listWidth = rememberedStore('seaway.list-width', 340);
export const contextWidth = rememberedStore('seaway.context-width', 320);
/** On a wide page the context is a pane that is remembered; on a narrow one a drawer that opens on demand. */
const pane = rememberedStore('seaway.context', true);
const drawer = smallStore(false);

export const clampWidth = (width: number): number => Math.min(520, Math.max(260, width));

function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (tell) => {
      const media = window.matchMedia(query);
      media.addEventListener('change', tell);
      return () => media.removeEventListener('change', tell);
    },
    () => window.matchMedia(query).matches,
  );
}

const NARROW = '(max-width: 1099px)';
export const useNarrow = (): boolean => useMedia(NARROW);
export const useSingle = (): boolean => useMedia('(max-width: 720px)');

export const contextOpen = {
  use(): boolean {
    const wide = pane.use();
    const over = drawer.use();
    return useNarrow() ? over : wide;
  },
};

export function toggleContext(): void {
  const store = window.matchMedia(NARROW).matches ? drawer : pane;
  store.set((open) => !open);
}
export const closeDrawer = (): void => drawer.set(false);
