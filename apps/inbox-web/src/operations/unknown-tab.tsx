import { useState } from 'react';

import { go } from '../app/place.ts';
import { Fact } from '../context/fact.tsx';
import { dayAndTime } from '../i18n/format.ts';
import { useNow } from '../i18n/use-now.ts';
import { useTranslation } from '../i18n/use-translation.ts';
import { ageOf } from './ages.ts';
import { Button } from './buttons.tsx';
import { operations, type UnknownDeliveryRow } from './calls.ts';
import { ConfirmDialog, type Question } from './confirm-dialog.tsx';
import { DataTable } from './data-table.tsx';
import { Bytes, DetailPane } from './detail-pane.tsx';
import { ListFrame } from './list-frame.tsx';
import { Panes } from './panes.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { useRows } from './use-rows.ts';
import { useSelection } from './use-selection.ts';

const idOf = (row: UnknownDeliveryRow): string => row.messageId;
type What = 'arrived' | 'notArrived' | 'sendAgain';
const ACTIONS: readonly What[] = ['arrived', 'notArrived', 'sendAgain'];

function Doubt({ row: { pieces, unknownPieces } }: { row: UnknownDeliveryRow }) {
  const { t } = useTranslation();
  return pieces === unknownPieces
    ? t('operations.doubtAll')
    : t('operations.doubtPieces', { n: unknownPieces, of: pieces });
}

function call(what: What, { messageId, attempt }: UnknownDeliveryRow): (note: string) => Promise<unknown> {
  if (what === 'sendAgain') return () => operations.resend(messageId, attempt);
  return (note) => operations.resolve(messageId, attempt, what === 'arrived' ? 'sent' : 'failed', note);
}

export function UnknownTab() {
  const { t } = useTranslation();
  const now = useNow();
  const list = useRows('unknown', {}, operations.unknown);
  const { selected, chosen, select, openId, open, clear } = useSelection(list.rows, idOf);
  const [question, setQuestion] = useState<Question>();
  const opened = list.rows?.find((row) => idOf(row) === openId);

  function ask(what: What, rows: readonly UnknownDeliveryRow[]): void {
    const confirm = {
      arrived: 'confirmArrived',
      notArrived: 'confirmNotArrived',
      sendAgain: 'confirmSendAgain',
    } as const;
    setQuestion({
      title: t(`operations.${what}Title`),
      hint: t(`operations.${what}Hint`),
      confirm: t(`operations.${confirm[what]}`, { n: rows.length }),
      ...(what === 'sendAgain' ? {} : { words: { label: t('operations.note'), needed: false } }),
      calls: rows.map((row) => call(what, row)),
    });
  }

  return (
    <>
      <SelectionBar count={chosen.length} clear={clear}>
        {ACTIONS.map((what) => (
          <Button key={what} disabled={chosen.length === 0} onClick={() => ask(what, chosen)}>
            {t(`operations.${what}Selected`, { n: chosen.length })}
          </Button>
        ))}
      </SelectionBar>
      <Panes
        openId={opened && openId}
        onEscape={() => open(undefined)}
        detail={opened && <UnknownDetail row={opened} onClose={() => open(undefined)} ask={ask} />}
      >
        <ListFrame what="unknown" {...list}>
          <DataTable
            label={t('operations.unknown')}
            rows={list.rows ?? []}
            idOf={idOf}
            titleOf={(row) => row.text}
            selected={selected}
            onSelect={select}
            openId={openId}
            onOpen={open}
            columns={[
              {
                name: t('operations.column.text'),
                cell: ({ text }) => (
                  <span dir="auto" className="line-clamp-2 text-strong [overflow-wrap:anywhere]">
                    {text}
                  </span>
                ),
              },
              {
                name: t('operations.column.doubt'),
                className: 'w-[120px] max-[720px]:w-[84px]',
                cell: (row) => (
                  <span className="font-semibold text-waiting">
                    <Doubt row={row} />
                  </span>
                ),
              },
              {
                name: t('operations.column.age'),
                className: 'w-[92px] max-[720px]:w-[66px]',
                cell: ({ at }) => <span data-hint={dayAndTime(at)}>{ageOf(at, now)}</span>,
              },
              {
                name: t('operations.column.channel'),
                className: 'w-[150px] max-[720px]:hidden',
                cell: ({ channel, account }) => (
                  <span className="block truncate">
                    <bdi dir="ltr">
                      {channel} · {account}
                    </bdi>
                  </span>
                ),
              },
              {
                name: t('operations.column.attempt'),
                className: 'w-[84px] max-[1300px]:hidden',
                cell: ({ attempt }) => attempt + 1,
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

interface DetailProps {
  row: UnknownDeliveryRow;
  onClose(): void;
  ask(what: What, rows: readonly UnknownDeliveryRow[]): void;
}

function UnknownDetail({ row, onClose, ask }: DetailProps) {
  const { t } = useTranslation();
  return (
    <DetailPane
      title={t('thread.status.unknown')}
      of={row.messageId}
      onClose={onClose}
      actions={ACTIONS.map((what) => (
        <Button key={what} tone={what === 'arrived' ? 'main' : 'plain'} onClick={() => ask(what, [row])}>
          {t(`operations.${what}`)}
        </Button>
      ))}
    >
      <div className="border-b border-line px-4 py-3">
        <Fact name={t('operations.column.doubt')}>
          <Doubt row={row} />
        </Fact>
        <Fact name={t('operations.column.attempt')}>{row.attempt + 1}</Fact>
        <Fact name={t('operations.column.when')}>{dayAndTime(row.at)}</Fact>
        <Fact name={t('operations.column.key')}>
          <bdi dir="ltr">{row.key}</bdi>
        </Fact>
        <Fact name={t('operations.column.id')}>
          <bdi dir="ltr">{row.messageId}</bdi>
        </Fact>
        <Fact name={t('operations.column.conversation')}>
          <button
            type="button"
            className="rounded font-semibold text-accent underline underline-offset-2"
            onClick={() => go({ view: 'all', id: row.conversationId })}
          >
            {t('operations.openConversation')}
          </button>
        </Fact>
      </div>
      <Bytes words title={t('operations.column.text')} value={row.text} />
    </DetailPane>
  );
}
