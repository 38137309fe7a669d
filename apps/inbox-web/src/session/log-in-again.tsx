import { Dialog } from 'radix-ui';

import { LogInForm } from './log-in-form.tsx';
import { sessionOver, useMe } from './session.ts';
import { useTranslation } from '../i18n/use-translation.ts';

/** Over the page, which stays as it is: nobody loses a draft to an expired session. */
export function LogInAgain() {
  const { t } = useTranslation();
  const me = useMe();
  return (
    <Dialog.Root open={sessionOver.use()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/40" />
        <Dialog.Content className="appear fixed inset-0 z-50 m-auto h-fit w-[360px] max-w-[calc(100vw-32px)] rounded-xl border border-line bg-s1 p-6 shadow-pop">
          <Dialog.Title className="text-title font-semibold text-strong">{t('session.title')}</Dialog.Title>
          <Dialog.Description className="mt-1 mb-4 text-list text-weak">{t('session.again')}</Dialog.Description>
          <LogInForm email={me.email} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
