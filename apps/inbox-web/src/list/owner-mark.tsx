import { Bot, CircleDashed, Inbox, User } from 'lucide-react';

import type { OwnerView } from '../api/types.ts';
import { useTranslation } from '../i18n/use-translation.ts';

/** Who answers: colour, icon and words together, never colour alone. */
export function OwnerMark({ owner, me, long = false }: { owner: OwnerView; me: string; long?: boolean }) {
  const { t } = useTranslation();
  const mine = owner.kind === 'agent' && owner.id === me;
  const [Icon, tone] =
    owner.kind === 'bot'
      ? ([Bot, 'text-bot'] as const)
      : owner.kind === 'agent'
        ? ([User, mine ? 'text-mine' : 'text-weak'] as const)
        : owner.kind === 'queue'
          ? ([Inbox, 'text-waiting'] as const)
          : ([CircleDashed, 'text-waiting'] as const);
  const name = mine && !long ? t('app.you') : (owner.name ?? owner.id ?? t('list.nobody'));
  return (
    <span className={`inline-flex min-w-0 items-center gap-1 ${tone}`}>
      <Icon size={13} aria-hidden className="shrink-0" />
      <span className="truncate" dir="auto">
        {name}
        {mine && long ? ` (${t('app.you')})` : ''}
      </span>
    </span>
  );
}
