import { Dialog } from 'radix-ui';
import { type KeyboardEvent, useEffect, useId, useMemo, useState } from 'react';

import { go, placeNow } from '../app/place.ts';
import { shownRows } from '../list/use-conversations.ts';
import { type Command, commands, paletteOpen } from './commands.ts';
import { KeyCaps } from './key-caps.tsx';
import { useTranslation } from '../i18n/use-translation.ts';

const SHOWN = 60;

/** Every word typed must begin somewhere in the title. */
function matches(title: string, typed: string): boolean {
  const folded = title.toLowerCase();
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => folded.includes(word));
}

function useChoices(open: boolean, typed: string): Command[] {
  return useMemo(() => {
    if (!open) return [];
    const { view, id } = placeNow();
    const people = shownRows.get().map((row): Command => ({
      id: `row-${row.id}`,
      group: 'Move',
      title: `${row.contactName} · ${row.caseNumber}`,
      run: () => go({ view, id: row.id }),
    }));
    const usable = commands().filter(
      (command) => command.id !== 'palette' && (!command.needsThread || id !== undefined),
    );
    return [...usable, ...(typed === '' ? [] : people)]
      .filter((command) => matches(command.title, typed))
      .slice(0, SHOWN);
  }, [open, typed]);
}

/** Every action of the page, and every conversation in the list, by a few letters. */
export function Palette() {
  const { t } = useTranslation();
  const open = paletteOpen.use();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const id = useId();
  const choices = useChoices(open, typed.trim());
  const chosen = choices[Math.min(at, choices.length - 1)];
  useEffect(() => setAt(0), [typed, open]);
  useEffect(() => {
    if (open) setTyped('');
  }, [open]);
  useEffect(() => {
    if (chosen) document.getElementById(`${id}-${chosen.id}`)?.scrollIntoView({ block: 'nearest' });
  }, [chosen, id]);

  function run(command: Command) {
    paletteOpen.set(false);
    // After the dialog has given the focus back, so that a command may move it.
    window.setTimeout(() => command.run(), 30);
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setAt((before) => Math.min(choices.length - 1, Math.max(0, Math.min(before, choices.length - 1) + step)));
    } else if (event.key === 'Enter' && chosen) {
      event.preventDefault();
      run(chosen);
    }
  }

  return (
    <Dialog.Root open={open} onOpenChange={(next) => paletteOpen.set(next)}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/30" />
        <Dialog.Content
          aria-describedby={undefined}
          className="appear fixed inset-x-0 top-[12vh] z-50 mx-auto flex max-h-[70vh] w-[560px] max-w-[calc(100vw-32px)] flex-col rounded-xl border border-line bg-s1 shadow-pop"
        >
          <Dialog.Title className="sr-only">{t('keys.palette')}</Dialog.Title>
          <input
            role="combobox"
            aria-expanded
            aria-controls={id}
            aria-activedescendant={chosen ? `${id}-${chosen.id}` : undefined}
            aria-label={t('keys.paletteHint')}
            placeholder={t('keys.paletteHint')}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            onKeyDown={onKeyDown}
            className="h-12 shrink-0 rounded-t-xl border-b border-line bg-transparent px-4 text-body text-strong outline-none"
          />
          <ul id={id} role="listbox" aria-label={t('keys.palette')} className="scroller min-h-0 p-1">
            {choices.map((command) => (
              <li
                key={command.id}
                id={`${id}-${command.id}`}
                role="option"
                aria-selected={command.id === chosen?.id}
                onPointerMove={() => setAt(choices.indexOf(command))}
                onClick={() => run(command)}
                className={`flex min-h-9 items-center gap-3 rounded-md px-3 text-list text-strong ${command.id === chosen?.id ? 'bg-s3' : ''}`}
              >
                <bdi className="min-w-0 flex-1 truncate">{command.title}</bdi>
                {command.key && <KeyCaps keys={command.key} />}
              </li>
            ))}
          </ul>
          {choices.length === 0 && <p className="px-4 py-6 text-center text-list text-weak">{t('keys.paletteNone')}</p>}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
