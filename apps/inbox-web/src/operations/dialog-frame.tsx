import { Dialog } from 'radix-ui';
import type { ReactNode } from 'react';

interface Props {
  title: string;
  hint: string;
  onClose(): void;
  children: ReactNode;
}

/** The page's question before something is changed. */
export function DialogFrame({ title, hint, onClose, children }: Props) {
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/40" />
        <Dialog.Content className="appear scroller fixed inset-0 z-50 m-auto flex h-fit max-h-[calc(100vh-32px)] w-[480px] max-w-[calc(100vw-32px)] flex-col gap-3 rounded-xl border border-line bg-s1 p-5 shadow-pop">
          <Dialog.Title className="text-title font-semibold text-strong">{title}</Dialog.Title>
          <Dialog.Description className="text-list text-weak">{hint}</Dialog.Description>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
