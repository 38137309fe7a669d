import { Check, CircleAlert, Trash2 } from 'lucide-react';

import { useTranslation } from '../i18n/use-translation.ts';
import type { DeadLetterRow } from './calls.ts';

const LOOK = {
  open: [CircleAlert, 'text-blocked font-semibold'],
  replayed: [Check, 'text-accent'],
  discarded: [Trash2, 'text-weak'],
} as const;

export function StateMark({ state }: { state: DeadLetterRow['state'] }) {
  const { t } = useTranslation();
  const [Icon, tone] = LOOK[state];
  return (
    <span className={`inline-flex items-center gap-1 ${tone}`}>
      <Icon size={13} aria-hidden className="shrink-0" />
      {t(`operations.state.${state}`)}
    </span>
  );
}
