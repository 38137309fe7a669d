import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';

import { useTranslation } from '../i18n/use-translation.ts';
import { secondsOf } from './ages.ts';
import { Button } from './buttons.tsx';
import { DialogFrame } from './dialog-frame.tsx';
import { countReplay, replayAll, type ReplayTarget } from './replay.ts';
import { operationsChanged } from './use-rows.ts';

interface Progress {
  replayed: number;
  failed: number;
  over: boolean;
}
const FASTEST = 1000;
const SHOWN = 3;

/** Counts first, asks with the count, then shows how far it is and can be stopped. */
export function ReplayDialog({ target, onClose }: { target: ReplayTarget; onClose(done: boolean): void }) {
  const { t } = useTranslation();
  const [perSecond, setPerSecond] = useState(20);
  const [progress, setProgress] = useState<Progress>();
  const [failure, setFailure] = useState<string>();
  const stopper = useRef(new AbortController());
  const dry = useQuery({
    queryKey: ['replay-count', target],
    queryFn: ({ signal }) => countReplay(target, signal),
    staleTime: 0,
    gcTime: 0,
  });
  useEffect(() => {
    const { current } = stopper;
    return () => current.abort();
  }, []);

  async function run(ids: readonly string[]): Promise<void> {
    let last: Progress = { replayed: 0, failed: 0, over: false };
    setProgress(last);
    try {
      for await (const sum of replayAll(ids, perSecond, stopper.current.signal))
        setProgress((last = { ...sum, over: false }));
    } catch (error) {
      setFailure((error as Error).message);
    }
    setProgress({ ...last, over: true });
    operationsChanged();
  }

  const matched = dry.data?.report.matched ?? 0;
  const trouble = failure ?? dry.error?.message;
  return (
    <DialogFrame
      title={t('operations.replayTitle')}
      hint={t('operations.replayHint')}
      onClose={() => onClose(progress !== undefined)}
    >
      <div role="status" className="flex flex-col gap-1 text-list text-normal" data-replay>
        {dry.isPending && t('operations.counting')}
        {dry.data && progress === undefined && (
          <p className="font-semibold text-strong">
            {matched === 0 ? t('operations.nothingToReplay') : t('operations.wouldReplay', { n: matched })}
          </p>
        )}
        {progress === undefined &&
          dry.data?.report.sample.slice(0, SHOWN).map((one) => (
            <p key={one.id} dir="auto" className="truncate text-meta text-weak">
              <bdi dir="ltr">{one.topic}</bdi> · {one.reason}
            </p>
          ))}
        {progress && (
          <p className="font-semibold text-strong">{t('operations.replayed', { n: progress.replayed, of: matched })}</p>
        )}
        {progress && progress.failed > 0 && (
          <p className="text-blocked">{t('operations.replayFailed', { n: progress.failed })}</p>
        )}
        {trouble !== undefined && <p className="text-blocked">{trouble}</p>}
      </div>
      {matched > 0 && progress === undefined && (
        <label className="flex items-center gap-2 text-list text-normal">
          {t('operations.perSecond')}
          <input
            type="number"
            min={1}
            max={FASTEST}
            value={perSecond}
            onChange={(event) =>
              setPerSecond(Math.min(FASTEST, Math.max(1, Math.round(Number(event.target.value)) || 1)))
            }
            className="h-8 w-20 rounded-md border border-line-strong bg-s1 px-2 text-strong"
          />
          <span className="text-meta text-weak">
            {t('operations.takes', { time: secondsOf(Math.ceil(matched / perSecond)) })}
          </span>
        </label>
      )}
      <div className="flex justify-end gap-2">
        {progress?.over === true || (progress === undefined && dry.data && matched === 0) ? (
          <Button tone="main" onClick={() => onClose(true)}>
            {t('operations.done')}
          </Button>
        ) : progress ? (
          <Button onClick={() => stopper.current.abort()}>{t('operations.stop')}</Button>
        ) : (
          <>
            <Button onClick={() => onClose(false)}>{t('operations.cancel')}</Button>
            <Button tone="main" disabled={matched === 0} onClick={() => void run(dry.data?.ids ?? [])}>
              {t('operations.confirmReplay', { n: matched })}
            </Button>
          </>
        )}
      </div>
    </DialogFrame>
  );
}
