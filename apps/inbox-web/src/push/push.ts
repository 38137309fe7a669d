import { i18n } from '../i18n/instance.ts';
import { api } from '../api/calls.ts';
import { queryClient } from '../api/query-client.ts';
import type { ConversationRow, Me, PushMessage } from '../api/types.ts';
import { announce } from '../app/announcer.tsx';
import { placeNow } from '../app/place.ts';
import { smallStore } from '../app/small-store.ts';
import { toast } from '../app/toasts.tsx';
import { giveBack } from '../composer/given-back.ts';
import { acceptRow } from '../list/rows.ts';
import { timelineChanged } from '../thread/timeline.ts';
import { colleagueDid } from './collision.ts';
import { PushConnection, type PushState } from './connection.ts';

export const pushState = smallStore<PushState | 'catching-up'>('connecting');
/** Server time up to which everything is known here. */
let knownUntil = 0;
/** The list may have been read this long before the first socket was up. */
const OVERLAP = 10_000;
let wasDown = false;

function conversationChanged(row: ConversationRow, messageIds: readonly string[]): void {
  acceptRow(row);
  timelineChanged(row.id, messageIds);
  void queryClient.invalidateQueries({ queryKey: ['conversation', row.id] });
}

function received(message: PushMessage): void {
  switch (message.type) {
    case 'hello':
      if (knownUntil === 0) knownUntil = message.at - OVERLAP;
      void catchUp();
      return;
    case 'changed': {
      knownUntil = Math.max(knownUntil, message.at);
      conversationChanged(message.row, message.messageIds);
      const elsewhere = placeNow().id !== message.conversationId;
      const mine = message.row.owner.id === queryClient.getQueryData<Me>(['me'])?.id;
      if (message.what.includes('message.received') && elsewhere && mine) {
        announce(i18n.t('thread.newFrom', { name: message.row.contactName, text: message.row.preview.text }));
      }
      return;
    }
    case 'refused':
      if (message.draft !== undefined) giveBack(message.conversationId, message.draft, message.reason);
      toast(i18n.t('actions.refused', { reason: message.reason }), { tone: 'bad' });
      void queryClient.invalidateQueries({ queryKey: ['conversation', message.conversationId] });
      return;
    case 'presence':
      if (message.agentId !== queryClient.getQueryData<Me>(['me'])?.id) {
        colleagueDid(message.conversationId, message.agentId, message.name, message.doing);
      }
      return;
    case 'closing':
      return;
  }
}

/** Asks for everything that changed while the socket was down; the list and the open thread follow by themselves. */
async function catchUp(): Promise<void> {
  if (wasDown) pushState.set('catching-up');
  try {
    for (let more = true; more;) {
      const changes = await api.changes(knownUntil);
      for (const row of changes.items) conversationChanged(row, []);
      more = changes.more && changes.at > knownUntil;
      knownUntil = Math.max(knownUntil, changes.at);
    }
  } catch {
    // The next time the socket opens this is asked again; knownUntil has not moved past what is missing.
  } finally {
    wasDown = false;
    if (pushState.get() === 'catching-up') pushState.set('open');
  }
}

export const push = new PushConnection({
  open: () =>
    new WebSocket(`${window.location.protocol === 'https:' ? 'wss' : 'ws'}://${window.location.host}/api/push`),
  onMessage: received,
  onState: (state) => {
    wasDown ||= state === 'down';
    // A refused socket does not say why; the session may be over. Any other answer is not news.
    if (state === 'down') void api.me().catch(() => undefined);
    pushState.set(state);
  },
});
