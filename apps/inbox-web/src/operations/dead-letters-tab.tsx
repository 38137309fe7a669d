import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

import { Fact } from '../context/fact.tsx';
import { dayAndTime } from '../i18n/format.ts';
import { useNow } from '../i18n/use-now.ts';
import { useTranslation } from '../i18n/use-translation.ts';
import { ListError } from '../list/list-states.tsx';
import { ageOf } from './ages.ts';
import { Button } from './buttons.tsx';
import { type DeadLetterRow, type LetterFilter, operations } from './calls.ts';
import { ConfirmDialog, type Question } from './confirm-dialog.tsx';
import { DataTable } from './data-table.tsx';
import { Bytes, DetailPane } from './detail-pane.tsx';
import { LetterFilters } from './letter-filters.tsx';
import { ListFrame } from './list-frame.tsx';
import type { ReplayTarget } from './replay.ts';
import { ReplayDialog } from './replay-dialog.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { StateMark } from './state-mark.tsx';
import { Panes } from './panes.tsx';
import { useRows } from './use-rows.ts';
import { useSelection } from './use-selection.ts';

const idOf = (row: DeadLetterRow): string => row.id;
const MOST_IDS = 500;

export function DeadLettersTab() {
  const { t } = useTranslation();
  const now = useNow();
  const [filter, setFilter] = useState<LetterFilter>({ state: 'open' });
  const list = useRows('dead-letters', filter, (after, signal) => operations.deadLetters(filter, after, signal));
  const { selected, chosen, select, openId, open, clear } = useSelection(list.rows, idOf);
  const [replay, setReplay] = useState<ReplayTarget>();
  const [question, setQuestion] = useState<Question>();
  useEffect(() => open(undefined), [filter, open]);

  const askReplay = (letters: readonly DeadLetterRow[]) => setReplay({ ids: letters.map(idOf) });
  function askDiscard(letters: readonly DeadLetterRow[]): void {
    const ids = letters.map(idOf);
    setQuestion({
      title: t('operations.discardTitle'),
      hint: t('operations.discardHint'),
      confirm: t('operations.confirmDiscard', { n: ids.length }),
      tone: 'bad',
      words: { label: t('operations.why'), needed: true },
      calls: Array.from(
        { length: Math.ceil(ids.length / MOST_IDS) },
        (_, n) => (why: string) => operations.discard(ids.slice(n * MOST_IDS, (n + 1) * MOST_IDS), why),
      ),
    });
  }
  function closed(done: boolean): void {
    setReplay(undefined);
    setQuestion(undefined);
    if (done) clear();
  }

  const actionable = chosen.filter((row) => row.state === 'open');
  return (
    <>
      <LetterFilters filter={filter} onChange={setFilter} />
      <SelectionBar count={chosen.length} clear={clear}>
        <Button tone="main" disabled={actionable.length === 0} onClick={() => askReplay(actionable)}>
          {t('operations.replaySelected', { n: actionable.length })}
        </Button>
        <Button
          disabled={(filter.state ?? 'open') !== 'open' || !list.rows?.length}
          onClick={() => setReplay({ filter })}
        >
          {t('operations.replayAll')}
        </Button>
        <Button tone="bad" disabled={actionable.length === 0} onClick={() => askDiscard(actionable)}>
          {t('operations.discardSelected', { n: actionable.length })}
        </Button>
      </SelectionBar>
      <Panes
        onEscape={() => open(undefined)}
        openId={openId}
        detail={
          openId !== undefined && (
            <LetterDetail id={openId} onClose={() => open(undefined)} onReplay={askReplay} onDiscard={askDiscard} />
          )
        }
      >
        <ListFrame what="deadLetters" {...list}>
          <DataTable
            label={t('operations.deadLetters')}
            rows={list.rows ?? []}
            idOf={idOf}
            titleOf={(row) => row.reason}
            selected={selected}
            onSelect={select}
            openId={openId}
            onOpen={open}
            columns={[
              {
                name: t('operations.column.reason'),
                cell: ({ reason }) => (
                  <span dir="auto" className="line-clamp-2 text-strong [overflow-wrap:anywhere]">
                    {reason}
                  </span>
                ),
              },
              {
                name: t('operations.column.state'),
                className: 'w-[112px] max-[720px]:w-[92px]',
                cell: ({ state }) => <StateMark state={state} />,
              },
              {
                name: t('operations.column.age'),
                className: 'w-[92px] max-[720px]:w-[66px]',
                cell: ({ at }) => <span data-hint={dayAndTime(at)}>{ageOf(at, now)}</span>,
              },
              {
                name: t('operations.column.topic'),
                className: 'w-[190px] max-[1300px]:w-[150px] max-[720px]:hidden',
                cell: ({ topic }) => (
                  <span className="block truncate">
                    <bdi dir="ltr">{topic}</bdi>
                  </span>
                ),
              },
              {
                name: t('operations.column.key'),
                className: 'w-[190px] max-[1300px]:hidden',
                cell: ({ key }) => (
                  <span className="block truncate">
                    <bdi dir="ltr">{key}</bdi>
                  </span>
                ),
              },
            ]}
          />
        </ListFrame>
      </Panes>
      {replay && <ReplayDialog target={replay} onClose={closed} />}
      {question && <ConfirmDialog question={question} onClose={closed} />}
    </>
  );
}

interface DetailProps {
  id: string;
  onClose(): void;
  onReplay(letters: readonly DeadLetterRow[]): void;
  onDiscard(letters: readonly DeadLetterRow[]): void;
}

function LetterDetail({ id, onClose, onReplay, onDiscard }: DetailProps) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: ['operations', 'dead-letter', id],
    queryFn: ({ signal }) => operations.deadLetter(id, signal),
    staleTime: 0,
  });
  if (!data) {
    return (
      <DetailPane title={t('operations.details')} of={id} onClose={onClose}>
        {error && <ListError message={error.message} retry={() => void refetch()} />}
      </DetailPane>
    );
  }
  const open = data.state === 'open';
  return (
    <DetailPane
      title={data.reason}
      of={id}
      onClose={onClose}
      actions={
        open && (
          <>
            <Button tone="main" onClick={() => onReplay([data])}>
              {t('operations.action.replay')}
            </Button>
            <Button tone="bad" onClick={() => onDiscard([data])}>
              {t('operations.action.discard')}
            </Button>
          </>
        )
      }
    >
      <div className="border-b border-line px-4 py-3">
        <Fact name={t('operations.column.state')}>
          {data.stateBy === undefined || data.stateAt === undefined
            ? t(`operations.state.${data.state}`)
            : t('operations.stateBy', {
                state: t(`operations.state.${data.state}`),
                who: data.stateBy,
                time: dayAndTime(data.stateAt),
              })}
        </Fact>
        <Fact name={t('operations.column.topic')}>
          <bdi dir="ltr">{data.topic}</bdi>
        </Fact>
        <Fact name={t('operations.column.position')}>
          {t('operations.partition', { partition: data.partition, offset: data.offset })}
        </Fact>
        <Fact name={t('operations.column.group')}>{data.group}</Fact>
        <Fact name={t('operations.column.key')}>
          <bdi dir="ltr">{data.key}</bdi>
        </Fact>
        <Fact name={t('operations.column.when')}>{dayAndTime(data.at)}</Fact>
        <Fact name={t('operations.column.build')}>{data.build}</Fact>
        <Fact name={t('operations.column.size')}>{t('operations.bytesCount', { n: data.bytes })}</Fact>
      </div>
      <Bytes title={t('operations.column.bytes')} value={data.value} />
      {Object.keys(data.headers).length > 0 && (
        <Bytes title={t('operations.column.headers')} value={JSON.stringify(data.headers)} />
      )}
    </DetailPane>
  );
}
