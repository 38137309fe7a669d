import { useQuery } from '@tanstack/react-query';

import { useTranslation } from '../i18n/use-translation.ts';
import { secondsOf } from './ages.ts';
import { operations } from './calls.ts';
import { DataTable } from './data-table.tsx';
import { ListFrame } from './list-frame.tsx';
import { Panes } from './panes.tsx';

const FRESH_MS = 3000;
/** A group this far behind is not merely busy (seconds). */
const SLOW_S = 10;

export function LagTab() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: ['operations', 'lag'],
    queryFn: ({ signal }) => operations.lag(signal),
    refetchInterval: FRESH_MS,
    staleTime: 0,
  });
  return (
    <Panes openId={undefined} onEscape={() => undefined} detail={undefined}>
      <ListFrame what="lag" rows={data} error={error} refetch={refetch}>
        <DataTable
          label={t('operations.lag')}
          rows={data ?? []}
          idOf={({ group, topic }) => `${group} ${topic}`}
          titleOf={({ group, topic }) => `${group}, ${topic}`}
          columns={[
            {
              name: t('operations.column.group'),
              cell: ({ group }) => <span className="text-strong [overflow-wrap:anywhere]">{group}</span>,
            },
            {
              name: t('operations.column.topic'),
              cell: ({ topic }) => (
                <bdi dir="ltr" className="[overflow-wrap:anywhere]">
                  {topic}
                </bdi>
              ),
            },
            { name: t('operations.column.records'), className: 'w-[100px]', cell: ({ messages }) => messages },
            {
              name: t('operations.column.oldest'),
              className: 'w-[110px]',
              cell: ({ seconds }) => (
                <span className={seconds >= SLOW_S ? 'font-semibold text-due' : ''}>{secondsOf(seconds)}</span>
              ),
            },
            {
              name: t('operations.column.partitions'),
              className: 'w-[100px] max-[720px]:hidden',
              cell: ({ partitions }) => partitions,
            },
          ]}
        />
      </ListFrame>
    </Panes>
  );
}
