import { Eye, PenLine } from 'lucide-react';

import { colleagues } from '../push/collision.ts';
import { useTranslation } from '../i18n/use-translation.ts';

/** Who else is here: an eye for looking, a pen for writing, and words for both. */
export function CollisionNotice({ conversationId }: { conversationId: string }) {
  const { t } = useTranslation();
  const here = colleagues.use().get(conversationId) ?? [];
  const typing = here.filter((each) => each.doing === 'typing');
  const shown = typing.length > 0 ? typing : here;
  if (shown.length === 0) return null;
  const names = shown.map((each) => each.name).join(', ');
  const Icon = typing.length > 0 ? PenLine : Eye;
  return (
    <p
      role="status"
      className="inline-flex min-w-0 items-center gap-1 rounded-full bg-waiting-soft px-2 py-0.5 text-meta text-waiting"
    >
      <Icon size={13} aria-hidden className="shrink-0" />
      <bdi className="truncate">
        {typing.length > 0 ? t('collision.typing', { names }) : t('collision.viewing', { names })}
      </bdi>
    </p>
  );
}
