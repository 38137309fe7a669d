import type { ConversationRow, View } from '../api/types.ts';

/** Whether a row belongs to a view: the same rule that the server applies when it answers the list. */
export function belongs(row: ConversationRow, view: View, me: string): boolean {
  const open = row.status === 'open';
  switch (view) {
    case 'mine':
      return row.status !== 'closed' && row.owner.kind === 'agent' && row.owner.id === me;
    case 'waiting':
      return open && (row.owner.kind === 'queue' || row.owner.kind === 'nobody');
    case 'bot':
      return open && row.owner.kind === 'bot';
    case 'all':
      return row.status !== 'closed';
    case 'closed':
      return row.status === 'closed';
    case 'deadline':
      return row.status !== 'closed' && row.clock?.kind === 'statutory' && row.clock.state === 'running';
  }
}

export function compareRows(view: View): (a: ConversationRow, b: ConversationRow) => number {
  if (view === 'deadline')
    return (a, b) => (a.clock?.dueAt ?? Infinity) - (b.clock?.dueAt ?? Infinity) || b.lastAt - a.lastAt;
  return (a, b) => b.lastAt - a.lastAt || (a.id < b.id ? -1 : 1);
}
