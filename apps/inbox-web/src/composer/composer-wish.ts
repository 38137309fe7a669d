import { smallStore } from '../app/small-store.ts';
import { focusPane } from '../keyboard/focus.ts';

export type Wish = 'focus' | 'reply' | 'note' | 'templates';

/** What the keyboard or the palette asks of the open composer; it takes the wish and clears it. */
export const composerWish = smallStore<Wish | undefined>(undefined);

/** Moves the focus at once where there is a box, so that a letter typed right after the shortcut is not lost. */
export function wishComposer(wish: Wish): void {
  if (wish !== 'focus') focusPane('composer');
  composerWish.set(wish);
}
