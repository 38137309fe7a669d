import { useState } from 'react';

import { toast } from '../app/toasts.tsx';
import { useTranslation } from '../i18n/use-translation.ts';
import { Button } from './buttons.tsx';
import { DialogFrame } from './dialog-frame.tsx';
import { operationsChanged } from './use-rows.ts';

/** Something to be done to several rows, once it is confirmed. */
export interface Question {
  title: string;
  hint: string;
  confirm: string;
  tone?: 'main' | 'bad';
  /** Asked for beside; `needed`: not without it. */
  words?: { label: string; needed: boolean };
  /** One call each, in order; a failed one does not stop the rest. */
  calls: readonly ((words: string) => Promise<unknown>)[];
}

const LEAST_WORDS = 3;

export function ConfirmDialog({ question, onClose }: { question: Question; onClose(done: boolean): void }) {
  const { t } = useTranslation();
  const { title, hint, confirm, tone = 'main', words, calls } = question;
  const [typed, setTyped] = useState('');
  const [done, setDone] = useState<number>();
  const missing = words?.needed === true && typed.trim().length < LEAST_WORDS;

  async function run(): Promise<void> {
    let failed = 0;
    let reason = '';
    for (const [index, call] of calls.entries()) {
      setDone(index);
      await call(typed.trim()).catch((error: Error) => {
        failed += 1;
        reason = error.message;
      });
    }
    operationsChanged();
    if (failed === 0) toast(t('operations.didAct', { n: calls.length }));
    else toast(t('operations.failedSome', { n: calls.length - failed, failed, reason }), { tone: 'bad' });
    onClose(true);
  }

  return (
    <DialogFrame title={title} hint={hint} onClose={() => onClose(false)}>
      {words && (
        <label className="flex flex-col gap-1 text-meta font-semibold text-weak">
          {words.label}
          <textarea
            dir="auto"
            rows={2}
            maxLength={500}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            className="scroller rounded-md border border-line-strong bg-s1 px-2 py-1.5 text-body font-normal text-strong"
          />
        </label>
      )}
      <div className="flex items-center justify-end gap-2">
        {done !== undefined && calls.length > 1 && (
          <span role="status" className="me-auto text-meta text-weak">
            {t('operations.progress', { n: done, of: calls.length })}
          </span>
        )}
        <Button onClick={() => onClose(false)}>{t('operations.cancel')}</Button>
        <Button tone={tone} disabled={missing || done !== undefined} onClick={() => void run()}>
          {confirm}
        </Button>
      </div>
    </DialogFrame>
  );
}
