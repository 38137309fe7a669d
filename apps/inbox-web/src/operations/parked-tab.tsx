import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { Fact } from '../context/fact.tsx';
import { dayAndTime } from '../i18n/format.ts';
import { useNow } from '../i18n/use-now.ts';
import { useTranslation } from '../i18n/use-translation.ts';
import { ListError } from '../list/list-states.tsx';
import { ageOf } from './ages.ts';
import { Button } from './buttons.tsx';
import { operations, type ParkedKeyRow } from './calls.ts';
import { ConfirmDialog, type Question } from './confirm-dialog.tsx';
import { DataTable } from './data-table.tsx';
import { Bytes, DetailPane } from './detail-pane.tsx';
import { ListFrame } from './list-frame.tsx';
import { Panes } from './panes.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { useRows } from './use-rows.ts';
import { useSelection } from './use-selection.ts';

const idOf = ({ group, key }: ParkedKeyRow): string => `${group} ${key}`;

function ReleaseState({ release }: Pick<ParkedKeyRow, 'release'>) {
  const { t } = useTranslation();
  if (release === undefined) return <span className="font-semibold text-waiting">{t('operations.parkedState')}</span>;
  if (release.state === 'failed')
    return (
      <span dir="auto" className="text-blocked [overflow-wrap:anywhere]">
        {t('operations.releaseFailed', { detail: release.detail ?? '' })}
      </span>
    );
  return (
    <span className="text-accent">
      {t('operations.releaseAsked', { who: release.by, time: dayAndTime(release.at) })}
    </span>
  );
}

export function ParkedTab() {
  const { t } = useTranslation();
  const now = useNow();
  const list = useRows('parked', {}, operations.parked);
  const { selected, chosen, select, openId, open, clear } = useSelection(list.rows, idOf);
  const [question, setQuestion] = useState<Question>();
  const opened = list.rows?.find((row) => idOf(row) === openId);

  function askRelease(keys: readonly ParkedKeyRow[]): void {
    setQuestion({
      title: t('operations.releaseTitle'),
      hint: t('operations.releaseHint'),
      confirm: t('operations.confirmRelease', { n: keys.length }),
      calls: keys.map(
        ({ group, key }) =>
          () =>
            operations.release(group, key),
      ),
    });
  }

  return (
    <>
      <SelectionBar count={chosen.length} clear={clear}>
        <Button tone="main" disabled={chosen.length === 0} onClick={() => askRelease(chosen)}>
          {t('operations.releaseSelected', { n: chosen.length })}
        </Button>
      </SelectionBar>
      <Panes
        openId={opened && openId}
        onEscape={() => open(undefined)}
        detail={
          opened && <ParkedDetail row={opened} onClose={() => open(undefined)} onRelease={() => askRelease([opened])} />
        }
      >
        <ListFrame what="parked" {...list}>
          <DataTable
            label={t('operations.parked')}
            rows={list.rows ?? []}
            idOf={idOf}
            titleOf={(row) => row.key}
            selected={selected}
            onSelect={select}
            openId={openId}
            onOpen={open}
            columns={[
              {
                name: t('operations.column.reason'),
                cell: ({ reason, key }) => (
                  <>
                    <span dir="auto" className="line-clamp-2 text-strong [overflow-wrap:anywhere]">
                      {reason}
                    </span>
                    <span className="block truncate text-meta text-weak">
                      <bdi dir="ltr">{key}</bdi>
                    </span>
                  </>
                ),
              },
              {
                name: t('operations.column.state'),
                className: 'w-[180px] max-[720px]:w-[96px]',
                cell: ({ release }) => <ReleaseState release={release} />,
              },
              {
                name: t('operations.column.records'),
                className: 'w-[80px] max-[720px]:hidden',
                cell: ({ records }) => records,
              },
              {
                name: t('operations.column.age'),
                className: 'w-[92px] max-[720px]:w-[66px]',
                cell: ({ parkedAt }) => <span data-hint={dayAndTime(parkedAt)}>{ageOf(parkedAt, now)}</span>,
              },
              {
                name: t('operations.column.group'),
                className: 'w-[130px] max-[1300px]:hidden',
                cell: ({ group }) => group,
              },
            ]}
          />
        </ListFrame>
      </Panes>
      {question && (
        <ConfirmDialog
          question={question}
          onClose={(done) => {
            setQuestion(undefined);
            if (done) clear();
          }}
        />
      )}
    </>
  );
}

function ParkedDetail({ row, onClose, onRelease }: { row: ParkedKeyRow; onClose(): void; onRelease(): void }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: ['operations', 'parked-records', row.group, row.key],
    queryFn: ({ signal }) => operations.parkedRecords(row.group, row.key, signal),
    staleTime: 0,
  });
  return (
    <DetailPane
      title={row.reason}
      of={idOf(row)}
      onClose={onClose}
      actions={
        <Button tone="main" onClick={onRelease}>
          {t('operations.action.release')}
        </Button>
      }
    >
      <div className="border-b border-line px-4 py-3">
        <Fact name={t('operations.column.state')}>
          <ReleaseState release={row.release} />
        </Fact>
        <Fact name={t('operations.column.group')}>{row.group}</Fact>
        <Fact name={t('operations.column.key')}>
          <bdi dir="ltr">{row.key}</bdi>
        </Fact>
        <Fact name={t('operations.column.topic')}>
          <bdi dir="ltr">{row.topic}</bdi>
        </Fact>
        <Fact name={t('operations.column.when')}>{dayAndTime(row.parkedAt)}</Fact>
        <Fact name={t('operations.column.build')}>{row.build}</Fact>
      </div>
      {error && <ListError message={error.message} retry={() => void refetch()} />}
      {data && <h3 className="px-4 pt-3 text-meta font-semibold text-weak">{t('operations.column.waiting')}</h3>}
      {data?.map(({ topic, partition, offset, value, parkedAt }) => (
        <Bytes
          key={`${topic}-${partition}-${offset}`}
          title={`${t('operations.partition', { partition, offset })} · ${dayAndTime(parkedAt)}`}
          value={value}
        />
      ))}
    </DetailPane>
  );
}
