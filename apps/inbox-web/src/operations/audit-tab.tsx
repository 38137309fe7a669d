import { dayAndTime } from '../i18n/format.ts';
import { useTranslation } from '../i18n/use-translation.ts';
import { type AuditRow, operations } from './calls.ts';
import { DataTable } from './data-table.tsx';
import { Bytes, DetailPane } from './detail-pane.tsx';
import { ListFrame } from './list-frame.tsx';
import { Panes } from './panes.tsx';
import { useRows } from './use-rows.ts';
import { useSelection } from './use-selection.ts';

const idOf = (row: AuditRow): string => row.id;

const LABEL = {
  'dead-letters.replay': 'replay',
  'dead-letters.replayed': 'replayed',
  'dead-letters.discard': 'discard',
  'parked-key.release': 'release',
  'delivery.resolve': 'resolve',
  'delivery.resend': 'resend',
} as const;

/** An action that this page does not know is shown by its own name. */
function Action({ action }: { action: string }) {
  const { t } = useTranslation();
  const label = LABEL[action as keyof typeof LABEL] as (typeof LABEL)[keyof typeof LABEL] | undefined;
  return label === undefined ? action : t(`operations.action.${label}`);
}

export function AuditTab() {
  const { t } = useTranslation();
  const list = useRows('audit', {}, operations.audit);
  const { openId, open } = useSelection(list.rows, idOf);
  const opened = list.rows?.find((row) => row.id === openId);
  return (
    <Panes
      openId={opened && openId}
      onEscape={() => open(undefined)}
      detail={
        opened && (
          <DetailPane title={opened.subject} of={opened.id} onClose={() => open(undefined)}>
            <Bytes title={t('operations.column.detail')} value={JSON.stringify(opened.detail)} />
          </DetailPane>
        )
      }
    >
      <ListFrame what="audit" {...list}>
        <DataTable
          label={t('operations.audit')}
          rows={list.rows ?? []}
          idOf={idOf}
          titleOf={(row) => `${row.action} ${row.subject}`}
          openId={openId}
          onOpen={open}
          columns={[
            { name: t('operations.column.when'), className: 'w-[170px]', cell: ({ at }) => dayAndTime(at) },
            {
              name: t('operations.column.by'),
              className: 'w-[110px]',
              cell: ({ by }) => <bdi className="block truncate">{by}</bdi>,
            },
            {
              name: t('operations.column.action'),
              className: 'w-[120px]',
              cell: ({ action }) => (
                <span className="font-semibold text-strong">
                  <Action action={action} />
                </span>
              ),
            },
            {
              name: t('operations.column.subject'),
              className: 'max-[720px]:hidden',
              cell: ({ subject }) => (
                <span className="block truncate">
                  <bdi dir="ltr">{subject}</bdi>
                </span>
              ),
            },
            {
              name: t('operations.column.detail'),
              className: 'max-[1300px]:hidden',
              cell: ({ detail }) => (
                <span className="block truncate font-mono text-[12px] text-weak">
                  <bdi dir="ltr">{JSON.stringify(detail)}</bdi>
                </span>
              ),
            },
          ]}
        />
      </ListFrame>
    </Panes>
  );
}
