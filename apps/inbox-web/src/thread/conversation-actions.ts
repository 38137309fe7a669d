import { i18n } from '../i18n/instance.ts';
import { api, type AssignTarget } from '../api/calls.ts';
import { queryClient } from '../api/query-client.ts';
import type { ConversationDetail, ConversationRow, Me, OwnerView } from '../api/types.ts';
import { toast } from '../app/toasts.tsx';
import { dayAndTime } from '../i18n/format.ts';
import { acceptRow, freshRows } from '../list/rows.ts';

type Row = ConversationRow;

/** The row without what only the detail has, so that the list's store stays a store of rows. */
function rowOf(conversation: Row): Row {
  const {
    id,
    key,
    version,
    channel,
    account,
    contactName,
    status,
    owner,
    caseNumber,
    preview,
    language,
    region,
    unread,
    lastAt,
    lastSeq,
  } = conversation;
  const row: Row = {
    id,
    key,
    version,
    channel,
    account,
    contactName,
    status,
    owner,
    caseNumber,
    preview,
    language,
    region,
    unread,
    lastAt,
    lastSeq,
  };
  if (conversation.title !== undefined) row.title = conversation.title;
  if (conversation.clock) row.clock = conversation.clock;
  return row;
}

/** Shows `change` at once, sends it, and shows the old state again when the server says no. Resolves to whether it was done. */
async function act(conversation: Row, change: Partial<Row>, call: () => Promise<unknown>): Promise<boolean> {
  const key = ['conversation', conversation.id];
  const before = freshRows.get().get(conversation.id) ?? rowOf(conversation);
  const detail = queryClient.getQueryData<ConversationDetail>(key);
  acceptRow({ ...before, ...change });
  if (detail) queryClient.setQueryData<ConversationDetail>(key, { ...detail, ...change });
  try {
    await call();
    return true;
  } catch (error) {
    acceptRow({ ...(freshRows.get().get(conversation.id) ?? before), status: before.status, owner: before.owner });
    if (detail) queryClient.setQueryData(key, detail);
    void queryClient.invalidateQueries({ queryKey: key });
    toast(i18n.t('actions.refused', { reason: (error as Error).message }), { tone: 'bad' });
    return false;
  }
}

const targetOf = (owner: OwnerView): AssignTarget | undefined =>
  owner.kind === 'nobody' || owner.id === undefined ? undefined : { kind: owner.kind, id: owner.id };

function said(text: string, undo?: () => Promise<boolean>): void {
  toast(text, undo ? { undo: () => void undo().then((done) => done && toast(i18n.t('actions.undone'))) } : {});
}

export async function assignTo(row: Row, to: AssignTarget & { name: string }): Promise<void> {
  const from = targetOf(row.owner);
  const done = await act(row, { owner: { kind: to.kind, id: to.id, name: to.name } }, () =>
    api.assign(row.id, { kind: to.kind, id: to.id }),
  );
  if (!done) return;
  const back = from && (() => act(row, { owner: row.owner }, () => api.assign(row.id, from)));
  said(i18n.t('actions.assigned', { name: row.contactName, to: to.name }), back);
}

export async function takeIt(row: Row): Promise<void> {
  const me = queryClient.getQueryData<Me>(['me']);
  if (!me || row.owner.id === me.id) return;
  const from = targetOf(row.owner);
  const done = await act(row, { owner: { kind: 'agent', id: me.id, name: me.name }, status: 'open' }, () =>
    api.act(row.id, 'take'),
  );
  if (!done) return;
  const back = from && (() => act(row, { owner: row.owner }, () => api.assign(row.id, from)));
  said(i18n.t('actions.taken', { name: row.contactName }), back);
}

export async function closeIt(row: Row): Promise<void> {
  if (!(await act(row, { status: 'closed' }, () => api.act(row.id, 'close')))) return;
  said(i18n.t('actions.closed', { name: row.contactName }), () =>
    act(row, { status: 'open' }, () => api.act(row.id, 'reopen')),
  );
}

export async function reopenIt(row: Row): Promise<void> {
  if (!(await act(row, { status: 'open' }, () => api.act(row.id, 'reopen')))) return;
  said(i18n.t('actions.reopened', { name: row.contactName }), () =>
    act(row, { status: 'closed' }, () => api.act(row.id, 'close')),
  );
}

export async function snoozeIt(row: Row, until: number): Promise<void> {
  if (!(await act(row, { status: 'snoozed' }, () => api.snooze(row.id, until)))) return;
  said(i18n.t('actions.snoozed', { name: row.contactName, time: dayAndTime(until) }), () =>
    act(row, { status: 'open' }, () => api.act(row.id, 'reopen')),
  );
}

/** Tells the server once that what is unread has been seen. */
export function markRead(row: Row): void {
  if (row.unread > 0) void act(row, { unread: 0 }, () => api.act(row.id, 'read'));
}
