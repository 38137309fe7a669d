import { useQuery } from '@tanstack/react-query';

import { api } from '../api/calls.ts';
import type { OwnerView } from '../api/types.ts';
import { dayAndTime } from '../i18n/format.ts';
import { Fact } from './fact.tsx';
import { useTranslation } from '../i18n/use-translation.ts';

/** The owner's shift in the reader's own time. */
export function OwnerShift({ owner }: { owner: OwnerView }) {
  const { t } = useTranslation();
  const { data } = useQuery({ queryKey: ['agents'], queryFn: ({ signal }) => api.agents(signal), staleTime: 60_000 });
  const agent = data?.find((each) => each.id === owner.id);
  if (!agent) return null;
  const { on, until, next } = agent.shift;
  const words = on
    ? until === undefined
      ? t('presence.on')
      : t('presence.until', { time: dayAndTime(until) })
    : next === undefined
      ? t('presence.off')
      : t('presence.next', { time: dayAndTime(next) });
  return (
    <Fact name={t('presence.label')}>
      {t(`presence.${agent.presence}`)}, {words}
    </Fact>
  );
}
