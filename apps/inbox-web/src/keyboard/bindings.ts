import { useEffect } from 'react';
import { placeNow } from '../app/place.ts';
import { sessionOver } from '../session/session.ts';
import { commands } from './commands.ts';

/** By place on the keyboard (`event.code`), so that Arabic, Russian and AZERTY layouts have the same keys. */
const ALT: Record<string, string> = {
  KeyJ: 'next',
  KeyK: 'previous',
  KeyE: 'close',
  KeyP: 'note',
  KeyL: 'reply',
  KeyT: 'originals',
  KeyM: 'snooze',
  KeyA: 'assign',
  KeyG: 'take',
  KeyY: 'why',
  KeyI: 'context',
  Digit1: 'list',
  Digit2: 'thread',
};
const QUESTION = new Set(['?', '؟', '？']);

const inField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** The command that a key press means, or nothing. Keys are left alone while an input method composes. */
export function commandOf(event: KeyboardEvent): string | undefined {
  if (event.isComposing || event.keyCode === 229) return undefined;
  const command = event.ctrlKey || event.metaKey;
  if (event.code === 'KeyK' && command && !event.altKey && !event.shiftKey) return 'palette';
  // AltGr arrives as Ctrl+Alt and types a character: not ours.
  if (event.altKey && !command && !event.shiftKey) return ALT[event.code];
  if (command || event.altKey || inField(event.target)) return undefined;
  if (QUESTION.has(event.key)) return 'sheet';
  return event.key === '/' ? 'search' : undefined;
}

export function useBindings(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (sessionOver.get()) return;
      const id = commandOf(event);
      const command = id === undefined ? undefined : commands().find((each) => each.id === id);
      if (!command || (document.querySelector('[role="dialog"]') && command.id !== 'palette')) return;
      event.preventDefault();
      if (command.needsThread && placeNow().id === undefined) return;
      command.run();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
