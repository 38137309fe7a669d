import type { Finding } from './verdict.ts';

const segmenter = new Intl.Segmenter(undefined, { granularity: 'sentence' });

/**
 * The text with a finding's fix applied: the sentence appended, or the sentences around the spans replaced by the approved one.
 * Unchanged when the finding has no fix.
 */
export function applyFix(text: string, finding: Pick<Finding, 'spans' | 'fix'>): string {
  const { fix, spans } = finding;
  if (fix === undefined) return text;
  if (fix.kind === 'append') return text.trim() === '' ? fix.text : `${text.trimEnd()}\n\n${fix.text}`;
  if (spans.length === 0) return fix.text;
  let out = '';
  let replaced = false;
  for (const { segment, index } of segmenter.segment(text)) {
    if (!spans.some((span) => span.start < index + segment.length && span.end > index)) out += segment;
    else if (!replaced) {
      out += fix.text + (/\s*$/.exec(segment)?.[0] || ' ');
      replaced = true;
    }
  }
  return out.trim();
}
