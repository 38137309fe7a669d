import type { TimelineEntry } from '../api/types.ts';
import { languageName, percent, shortTag } from '../i18n/format.ts';
import { useTranslation } from '../i18n/use-translation.ts';

/** `id → en`, with languages in words, confidence and engine on hover and focus. */
export function LanguageChip({ entry, reachable }: { entry: TimelineEntry; reachable: boolean }) {
  const { t } = useTranslation();
  const { translation, lang } = entry;
  if (!lang || lang === 'und') return null;
  // A person's words are translated for the customer; the bot writes in the customer's language and is translated for us.
  const out = entry.direction === 'out' && entry.by.kind !== 'bot';
  const lines: string[] = [];
  if (translation) {
    const [from, to] = out ? [translation.lang, lang] : [lang, translation.lang];
    lines.push(
      t('thread.chipTranslated', {
        from: languageName(from),
        to: languageName(to),
        engine: translation.engine,
        confidence: percent(translation.confidence),
      }),
    );
  } else {
    lines.push(t('thread.chip', { language: languageName(lang), confidence: percent(entry.langConfidence ?? 1) }));
  }
  if (entry.mixedWith?.length) lines.push(t('thread.mixed', { langs: entry.mixedWith.map(languageName).join(', ') }));
  if (translation?.flags.length) lines.push(t('thread.flags', { flags: translation.flags.join(', ') }));
  const doubtful = (translation?.confidence ?? entry.langConfidence ?? 1) < 0.6 || (translation?.flags.length ?? 0) > 0;
  const [a, b] = out ? [translation?.lang, lang] : [lang, translation?.lang];
  const label = translation ? `${shortTag(a ?? '')} → ${shortTag(b ?? '')}` : shortTag(lang);
  return (
    <span
      dir="ltr"
      tabIndex={reachable ? 0 : undefined}
      data-hint={lines.join('\n')}
      className={`rounded px-1 text-[11px] leading-[16px] ${doubtful ? 'bg-waiting-soft text-waiting' : 'text-weak'} ring-1 ring-line`}
    >
      {label}
      {entry.mixedWith?.length ? ` +${entry.mixedWith.map(shortTag).join('+')}` : ''}
      {doubtful ? ' ?' : ''}
      <span className="sr-only">{`. ${lines.join('. ')}`}</span>
    </span>
  );
}
