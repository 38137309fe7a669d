import type { FindingView } from '../api/types.ts';

export interface MarkedPiece {
  text: string;
  severity?: FindingView['severity'];
  says?: string;
}

const sentences = new Intl.Segmenter(undefined, { granularity: 'sentence' });

/** The final text with a rule's fix in it: its sentence added, or the approved one in place of the sentences found. */
export function applyFix(text: string, finding: FindingView): string {
  const { fix, spans } = finding;
  if (!fix) return text;
  if (fix.kind === 'append')
    return text === '' ? fix.text : `${text.trimEnd()}${/\n/.test(text) ? '\n' : ' '}${fix.text}`;
  if (spans.length === 0) return fix.text;
  let done = '';
  let replaced = false;
  for (const { segment, index } of sentences.segment(text)) {
    if (!spans.some((span) => span.start < index + segment.length && span.end > index)) done += segment;
    else if (!replaced) {
      done += fix.text + (/\s*$/.exec(segment)?.[0] || ' ');
      replaced = true;
    }
  }
  return done.trim();
}

const WEIGHT = { block: 2, warn: 1, info: 0 } as const;

/** Cuts a text at the words that findings concern; where two meet, the graver one marks them. */
export function markFindings(text: string, findings: readonly FindingView[]): MarkedPiece[] {
  const edges = new Set([0, text.length]);
  const spans = findings.flatMap((finding) =>
    finding.spans.map(({ start, end }) => ({ start: Math.max(0, start), end: Math.min(text.length, end), finding })),
  );
  for (const span of spans) edges.add(span.start).add(span.end);
  const cuts = [...edges].filter((at) => at >= 0 && at <= text.length).sort((a, b) => a - b);
  const pieces: MarkedPiece[] = [];
  for (let n = 0; n + 1 < cuts.length; n += 1) {
    const [start, end] = [cuts[n] ?? 0, cuts[n + 1] ?? 0];
    const covering = spans
      .filter((span) => span.start <= start && span.end >= end)
      .map((span) => span.finding)
      .sort((a, b) => WEIGHT[b.severity] - WEIGHT[a.severity]);
    const gravest = covering[0];
    pieces.push(
      gravest
        ? { text: text.slice(start, end), severity: gravest.severity, says: `${gravest.ruleName}: ${gravest.message}` }
        : { text: text.slice(start, end) },
    );
  }
  return pieces;
}
