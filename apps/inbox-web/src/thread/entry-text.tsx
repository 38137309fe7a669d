import type { TimelineEntry } from '../api/types.ts';
import { TermText } from './term-text.tsx';
import { useTranslation } from '../i18n/use-translation.ts';

/** The reader's language first, the words as they travelled under it in weak text. */
export function EntryText({
  entry,
  showOriginal,
  reachable,
}: {
  entry: TimelineEntry;
  showOriginal: boolean;
  reachable: boolean;
}) {
  const { t } = useTranslation();
  const { translation } = entry;
  const out = entry.direction === 'out';
  if (translation === undefined || translation.text === entry.text) {
    return entry.text === '' ? null : (
      <TermText
        text={entry.text}
        lang={entry.lang}
        terms={translation?.terms ?? []}
        side="src"
        reachable={reachable}
        className="text-body text-strong"
      />
    );
  }
  // Terms are written from source to target; on the way out the source is what the agent wrote.
  const [first, second] = out ? (['src', 'tgt'] as const) : (['tgt', 'src'] as const);
  return (
    <>
      <TermText
        text={translation.text}
        lang={translation.lang}
        terms={translation.terms}
        side={first}
        reachable={reachable}
        className="text-body text-strong"
      />
      {showOriginal && (
        <div className="mt-1" data-original>
          <span className="sr-only">{out ? t('thread.customerReads') : t('thread.original')}: </span>
          {/* The line is on the text, so that it stands where that text begins, whichever way the page runs. */}
          <TermText
            text={entry.text}
            lang={entry.lang}
            terms={translation.terms}
            side={second}
            reachable={reachable}
            className="border-s-2 border-line ps-2 text-list text-weak"
          />
        </div>
      )}
    </>
  );
}
