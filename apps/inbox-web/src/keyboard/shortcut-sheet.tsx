import { X } from 'lucide-react';
import { Dialog } from 'radix-ui';

import { commands, type Group, sheetOpen } from './commands.ts';
import { KeyCaps } from './key-caps.tsx';
import { useTranslation } from '../i18n/use-translation.ts';

const GROUPS: readonly Group[] = ['Move', 'Act', 'Write', 'Show'];

export function ShortcutSheet() {
  const { t } = useTranslation();
  const open = sheetOpen.use();
  const all = open ? commands().filter((command) => command.key !== undefined) : [];
  const extra: Partial<Record<Group, [string, string]>> = {
    Write: [t('keys.send'), 'Mod+Enter'],
    Move: [t('keys.arrows'), '↑+↓'],
  };
  return (
    <Dialog.Root open={open} onOpenChange={(next) => sheetOpen.set(next)}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/30" />
        <Dialog.Content
          aria-describedby={undefined}
          className="appear scroller fixed inset-0 z-50 m-auto h-fit max-h-[calc(100vh-32px)] w-[720px] max-w-[calc(100vw-32px)] rounded-xl border border-line bg-s1 p-6 shadow-pop"
        >
          <div className="mb-4 flex items-center">
            <Dialog.Title className="flex-1 text-title font-semibold text-strong">{t('keys.title')}</Dialog.Title>
            <Dialog.Close
              aria-label={t('app.close')}
              className="flex size-8 items-center justify-center rounded-md text-weak hover:bg-s2"
            >
              <X size={16} aria-hidden />
            </Dialog.Close>
          </div>
          <div className="grid grid-cols-2 gap-x-8 gap-y-5 max-[720px]:grid-cols-1">
            {GROUPS.map((group) => (
              <section key={group}>
                <h3 className="mb-1 text-meta font-semibold text-weak">{t(`keys.group${group}`)}</h3>
                <ul>
                  {all
                    .filter((command) => command.group === group)
                    .map((command) => (
                      <li key={command.id} className="flex items-center gap-3 py-1 text-list text-strong">
                        <span className="flex-1">{command.title}</span>
                        <KeyCaps keys={command.key ?? ''} />
                      </li>
                    ))}
                  {extra[group] && (
                    <li className="flex items-center gap-3 py-1 text-list text-strong">
                      <span className="flex-1">{extra[group][0]}</span>
                      <KeyCaps keys={extra[group][1]} />
                    </li>
                  )}
                </ul>
              </section>
            ))}
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
