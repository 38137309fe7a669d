import { Info, OctagonX, TriangleAlert } from 'lucide-react';

import type { FindingView } from '../api/types.ts';
import { useTranslation } from '../i18n/use-translation.ts';

const LOOK = {
  block: [OctagonX, 'text-blocked', 'composer.blocked'],
  warn: [TriangleAlert, 'text-waiting', 'composer.warned'],
  info: [Info, 'text-mine', 'composer.info'],
} as const;
const WEIGHT = { block: 2, warn: 1, info: 0 } as const;

interface Props {
  findings: readonly FindingView[];
  lang: string;
  onFix: (finding: FindingView) => void;
}

/** What the rules found, the gravest first: the rule by name, why, by which law, and the approved sentence as a button. */
export function FindingsList({ findings, lang, onFix }: Props) {
  const { t } = useTranslation();
  const sorted = findings.toSorted((a, b) => WEIGHT[b.severity] - WEIGHT[a.severity]);
  return (
    <ul className="scroller flex min-h-0 flex-col gap-2 py-2 ps-3 pe-2" data-findings>
      {sorted.map((finding) => {
        const [Icon, tone, title] = LOOK[finding.severity];
        return (
          <li key={`${finding.ruleId}-${finding.spans[0]?.start ?? ''}`} className="text-meta">
            <p className={`flex items-start gap-1 font-semibold ${tone}`}>
              <Icon size={14} aria-hidden className="mt-px shrink-0" />
              <span dir="auto">{t(title, { rule: finding.ruleName })}</span>
            </p>
            <p className="text-normal">
              <bdi>{finding.message}</bdi> <bdi className="text-weak">{finding.legalRef}</bdi>
            </p>
            {finding.fix && (
              <button
                type="button"
                data-fix
                onClick={() => onFix(finding)}
                data-hint={t('composer.fixHint')}
                className="mt-1 scroll-mt-16 rounded border border-accent px-2 py-0.5 text-start font-semibold text-accent hover:bg-accent-soft focus-visible:bg-accent-soft"
              >
                <bdi lang={lang} className="[overflow-wrap:anywhere]">
                  {t(finding.fix.kind === 'append' ? 'composer.addFix' : 'composer.useFix', { text: finding.fix.text })}
                </bdi>
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
