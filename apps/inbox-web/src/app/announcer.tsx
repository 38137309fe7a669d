import { smallStore } from './small-store.ts';

const said = smallStore({ text: '', n: 0 });

/** Speaks to a screen reader, politely; nothing is seen. */
export const announce = (text: string): void => said.set((before) => ({ text, n: before.n + 1 }));

export function Announcer() {
  const { text, n } = said.use();
  return (
    <div aria-live="polite" aria-atomic="true" className="sr-only" data-testid="announcer">
      {/* A no-break space more or less makes the same words twice two announcements. */}
      {text + (n % 2 === 1 ? '\u00a0' : '')}
    </div>
  );
}
