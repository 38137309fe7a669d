export type Pane = 'list' | 'thread' | 'composer' | 'search';

/** Moves the keyboard to a pane; false when it is not on screen. */
export function focusPane(pane: Pane): boolean {
  const target = document.querySelector<HTMLElement>(`[data-pane="${pane}"]`);
  target?.focus({ preventScroll: true });
  return target !== null;
}
