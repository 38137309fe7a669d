import { useQuery } from '@tanstack/react-query';
import { Copy, X } from 'lucide-react';
import { Dialog } from 'radix-ui';

import { api } from '../api/calls.ts';
import type { WhyView } from '../api/types.ts';
import { toast } from '../app/toasts.tsx';
import { dayAndTime, duration } from '../i18n/format.ts';
import { ListError } from '../list/list-states.tsx';
import { whyOpen } from './open-why.ts';
import { useTranslation } from '../i18n/use-translation.ts';

type Step = WhyView['steps'][number];
const LONG = 60_000;

function StepLine({ step, first }: { step: Step; first: number }) {
  const { t, i18n } = useTranslation();
  const key = `why.steps.${step.step}`;
  const length = (ms: number) =>
    ms >= LONG ? duration(ms) : t('why.ms', { ms: ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms) });
  const data = step.data === undefined ? '' : JSON.stringify(step.data, null, 2);
  return (
    <li className="relative ps-6 pb-5 last:pb-0">
      <span aria-hidden className="absolute inset-y-0 start-[5px] w-px bg-line" />
      <span aria-hidden className="absolute start-0 top-1 size-[11px] rounded-full border-2 border-accent bg-s1" />
      <p className="flex items-baseline gap-2 text-list font-semibold text-strong">
        {i18n.exists(key) ? t(key as 'why.title') : step.step}
        <span className="ms-auto text-meta font-normal text-weak" data-hint={dayAndTime(step.at)}>
          {`+${length(Math.max(0, step.at - first))}`}
          {step.ms === undefined ? '' : ` · ${length(step.ms)}`}
        </span>
      </p>
      <p dir="auto" className="text-list text-normal [overflow-wrap:anywhere]">
        {step.says}
      </p>
      {data !== '' && (
        <details className="mt-1 text-meta">
          <summary className="w-fit cursor-pointer rounded text-weak hover:text-strong">{t('why.details')}</summary>
          <pre
            dir="ltr"
            tabIndex={0}
            className="scroller mt-1 max-h-[220px] overflow-x-auto rounded-md bg-s2 p-2 font-mono text-[12px] leading-4 text-normal"
          >
            {data}
          </pre>
        </details>
      )}
    </li>
  );
}

/** One message's whole way as a vertical trace. */
export function WhyPanel() {
  const { t } = useTranslation();
  const messageId = whyOpen.use();
  const { data, isPending, error, refetch } = useQuery({
    queryKey: ['why', messageId],
    queryFn: ({ signal }) => api.why(messageId ?? '', signal),
    enabled: messageId !== undefined,
    staleTime: 0,
  });
  const steps = data?.steps ?? [];
  const copy = () =>
    void navigator.clipboard.writeText(JSON.stringify(data, null, 2)).then(() => toast(t('why.copied')));
  return (
    <Dialog.Root open={messageId !== undefined} onOpenChange={(open) => !open && whyOpen.set(undefined)}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/30" />
        <Dialog.Content className="appear fixed inset-y-0 end-0 z-50 flex w-[440px] max-w-full flex-col border-s border-line bg-s1 shadow-pop">
          <header className="flex items-start gap-2 border-b border-line p-4">
            <div className="min-w-0 flex-1">
              <Dialog.Title className="text-title font-semibold text-strong">{t('why.title')}</Dialog.Title>
              <Dialog.Description className="text-meta text-weak">{t('why.hint')}</Dialog.Description>
            </div>
            <button
              type="button"
              disabled={!data}
              onClick={copy}
              className="inline-flex h-8 items-center gap-1.5 rounded-md border border-line px-2 text-meta text-strong hover:bg-s2"
            >
              <Copy size={14} aria-hidden />
              {t('why.copy')}
            </button>
            <Dialog.Close
              aria-label={t('app.close')}
              className="flex size-8 items-center justify-center rounded-md text-weak hover:bg-s2"
            >
              <X size={16} aria-hidden />
            </Dialog.Close>
          </header>
          <div className="scroller min-h-0 flex-1 p-4">
            {error && <ListError message={error.message} retry={() => void refetch()} />}
            {!isPending && !error && steps.length === 0 && <p className="text-list text-weak">{t('why.none')}</p>}
            <ol data-why>
              {steps.map((step, index) => (
                <StepLine key={`${step.step}-${step.at}-${index}`} step={step} first={steps[0]?.at ?? step.at} />
              ))}
            </ol>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
