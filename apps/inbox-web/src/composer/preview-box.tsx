import { Pencil, RotateCcw } from 'lucide-react';
import { useRef } from 'react';

import type { FindingView } from '../api/types.ts';
import { languageName, percent } from '../i18n/format.ts';
import { FindingsList } from './findings-list.tsx';
import { markFindings } from './fixes.ts';
import type { Preview } from './use-preview.ts';
import { useTranslation } from '../i18n/use-translation.ts';

interface Props {
  preview: Preview;
  findings: readonly FindingView[];
  lang: string;
  edited: string | undefined;
  stale: boolean;
  onEdit: (text: string) => void;
  onReset: () => void;
  onKeep: () => void;
  onFix: (finding: FindingView) => void;
}

const button =
  'inline-flex items-center gap-1 rounded px-1.5 py-0.5 text-meta font-semibold text-accent hover:bg-accent-soft';

/** The second text of the composer: what the customer will read. Its height never changes, so nothing jumps while writing. */
export function PreviewBox({ preview, findings, lang, edited, stale, onEdit, onReset, onKeep, onFix }: Props) {
  const { t } = useTranslation();
  const view = preview.view;
  const byHand = useRef(false);
  const final = edited ?? view?.final;
  const words =
    preview.failure ??
    (view?.unavailable ? t('composer.unavailable', { why: view.unavailable }) : t('composer.previewEmpty'));
  return (
    <section
      aria-label={t('composer.preview')}
      className="flex h-[clamp(108px,15vh,148px)] border-t border-line bg-s2 max-[720px]:flex-col"
    >
      <div className="flex min-h-0 min-w-0 flex-1 flex-col px-3 py-1.5">
        <p className="flex h-6 shrink-0 items-center gap-2 text-meta text-weak">
          <span className="truncate font-semibold text-normal">{t('composer.preview')}</span>
          <bdi className="truncate">{languageName(view?.lang ?? lang)}</bdi>
          {view?.engine && edited === undefined && findings.length === 0 && (
            <bdi className="truncate">
              {view.engine}
              {view.confidence === undefined ? '' : ` · ${percent(view.confidence)}`}
            </bdi>
          )}
          {edited !== undefined && <span className="text-mine">{t('composer.edited')}</span>}
          {preview.busy && <span className="late">{t('composer.checking')}</span>}
          <span className="ms-auto flex shrink-0">
            {edited === undefined && (final !== undefined || view?.unavailable !== undefined) && (
              <button
                type="button"
                data-edit-final
                className={button}
                onClick={() => {
                  byHand.current = true;
                  onEdit(final ?? '');
                }}
              >
                <Pencil size={12} aria-hidden />
                {t(final === undefined ? 'composer.writeFinal' : 'composer.editFinal')}
              </button>
            )}
            {edited !== undefined && (
              <button type="button" className={button} onClick={onReset}>
                <RotateCcw size={12} aria-hidden />
                {t('composer.reset')}
              </button>
            )}
          </span>
        </p>
        {stale && (
          <p role="alert" className="flex items-center gap-1 text-meta text-waiting">
            {t('composer.stale')}
            <button type="button" className={button} onClick={onKeep}>
              {t('composer.keep')}
            </button>
          </p>
        )}
        {edited === undefined ? (
          <p
            dir="auto"
            lang={view?.lang ?? lang}
            data-testid="final"
            className={`scroller min-h-0 flex-1 whitespace-pre-wrap [overflow-wrap:anywhere] ${final === undefined ? 'text-list text-weak' : 'text-body text-strong'} ${preview.busy && final !== undefined ? 'opacity-60' : ''}`}
          >
            {final === undefined
              ? words
              : markFindings(final, preview.current ? findings : []).map((piece, index) =>
                  piece.severity ? (
                    <mark key={index} className={`found-${piece.severity}`} data-hint={piece.says}>
                      {piece.text}
                    </mark>
                  ) : (
                    piece.text
                  ),
                )}
          </p>
        ) : (
          <textarea
            ref={(node) => {
              // The button that was pressed is gone: the keyboard goes on in the text it opened.
              if (node && byHand.current) node.focus();
              if (node) byHand.current = false;
            }}
            dir="auto"
            lang={lang}
            aria-label={t('composer.finalLabel')}
            maxLength={20_000}
            value={edited}
            onChange={(event) => onEdit(event.target.value)}
            className="scroller min-h-0 flex-1 resize-none rounded border border-line bg-s1 px-1 text-body text-strong"
          />
        )}
      </div>
      {findings.length > 0 && (
        <div
          aria-live="polite"
          className="scroller appear min-h-0 w-1/2 min-w-0 border-s border-line max-[720px]:w-full max-[720px]:border-s-0 max-[720px]:border-t"
        >
          <FindingsList findings={findings} lang={lang} onFix={onFix} />
        </div>
      )}
    </section>
  );
}
