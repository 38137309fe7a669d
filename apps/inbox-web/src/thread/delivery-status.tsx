import { Check, CheckCheck, CircleAlert, CircleHelp, Clock, Hand, Undo2 } from 'lucide-react';

import type { TimelineEntry } from '../api/types.ts';
import { useTranslation } from '../i18n/use-translation.ts';

type Status = NonNullable<TimelineEntry['status']>;
const LOOK: Record<Status, [typeof Check, string]> = {
  queued: [Clock, 'text-weak'],
  released: [Clock, 'text-weak'],
  sent: [Check, 'text-weak'],
  delivered: [CheckCheck, 'text-weak'],
  read: [CheckCheck, 'text-accent'],
  failed: [CircleAlert, 'text-blocked font-semibold'],
  unknown: [CircleHelp, 'text-waiting font-semibold'],
  held: [Hand, 'text-waiting font-semibold'],
  recalled: [Undo2, 'text-weak'],
};

/** Where an outgoing message is, as an icon and in words; a failure says why. */
export function DeliveryStatus({ status, failure }: { status: Status; failure?: TimelineEntry['failure'] }) {
  const { t } = useTranslation();
  const [Icon, tone] = LOOK[status];
  const words = failure
    ? t(status === 'held' ? 'thread.heldBecause' : 'thread.failedBecause', { reason: failure.reason })
    : t(`thread.status.${status}`);
  return (
    <span className={`inline-flex items-start gap-1 ${tone}`} data-status={status}>
      <Icon size={13} aria-hidden className="mt-[1.5px] shrink-0" />
      <span dir="auto">{words}</span>
    </span>
  );
}
