import { type InboundOf, textOf } from '#libs/contracts';
import { searchTokens } from '#libs/store';
import type { Draft } from '../decide/draft.ts';
import { contactAfter } from '../identity/contact.ts';
import { addEvent } from '../timeline/entry.ts';
import { onMessage } from './message.ts';
import { waitForTarget } from './orphan.ts';

type Afterthought = InboundOf<'edit'> | InboundOf<'delete'> | InboundOf<'reaction'>;

/** Changes of an earlier message. One whose target has not come yet waits as an orphan, and is not marked as seen. */
export function onAfterthought(draft: Draft, event: Afterthought): 'done' | 'orphaned' {
  const { state } = draft;
  const messageId = draft.target(event.providerMessageId);
  if (messageId === undefined) return waitForTarget(draft, event, event.providerMessageId);
  if (event.type === 'edit') {
    const text = textOf(event.parts);
    draft.effect({
      kind: 'patch',
      messageId,
      change: {
        change: 'edit',
        at: event.receivedAt,
        eventId: event.eventId,
        parts: event.parts,
        text,
        tokens: searchTokens(text),
      },
    });
    if (state.preview.messageId === messageId) state.preview = { ...state.preview, text: text.slice(0, 200) };
    draft.feed({ type: 'message.changed', messageId, change: 'edited' });
  } else if (event.type === 'delete') {
    draft.effect({ kind: 'patch', messageId, change: { change: 'delete', at: event.receivedAt } });
    // Without the id: neither a translation nor an edit that comes late may show it again.
    if (state.preview.messageId === messageId) {
      const { messageId: _deleted, ...rest } = state.preview;
      state.preview = { ...rest, text: '' };
    }
    if (state.lastInbound?.messageId === messageId) state.lastInbound = { ...state.lastInbound, text: '' };
    draft.feed({ type: 'message.changed', messageId, change: 'deleted' });
  } else {
    draft.effect({
      kind: 'patch',
      messageId,
      change: {
        change: 'react',
        at: event.receivedAt,
        by: event.contact.name ?? event.contact.externalId,
        emoji: event.emoji,
      },
    });
    draft.feed({ type: 'message.changed', messageId, change: 'reacted' });
  }
  return 'done';
}

/** A button was pressed: for everybody but the provider this is the customer saying the label. */
export function onPostback(draft: Draft, event: InboundOf<'postback'>): void {
  onMessage(draft, {
    ...event,
    type: 'message',
    providerMessageId: `postback:${event.eventId}`,
    parts: [{ type: 'text', text: event.label ?? event.optionId }],
    trustedTime: false,
  });
}

export function onMembership(draft: Draft, event: InboundOf<'membership'>): void {
  const { state } = draft;
  const contact = contactAfter(draft.context.contact, state.key, event.contact, draft.now);
  if (contact !== undefined) draft.effect({ kind: 'contact', doc: contact });
  const says: Record<typeof event.change, string> = {
    follow: 'The customer started the chat',
    block: 'The customer blocked the account: nothing more can be sent',
    unblock: 'The customer unblocked the account',
    opt_out: 'The customer opted out: nothing more may be sent',
    opt_in: 'The customer opted in again',
    join: 'A participant joined',
    leave: 'A participant left',
  };
  if (event.change === 'block' || event.change === 'opt_out') state.optedOut = true;
  if (event.change === 'unblock' || event.change === 'opt_in' || event.change === 'follow') state.optedOut = false;
  addEvent(draft, `membership-${event.change}`, says[event.change], {
    kind: 'customer',
    id: state.contactId,
    name: state.contactName,
  });
  draft.feed({ type: 'conversation.changed', change: 'membership', reason: says[event.change] });
}

/** The customer goes on under another key: both threads say so, and the new one is told who owned the old. */
export function onIdentity(draft: Draft, event: InboundOf<'identity'>): void {
  if (event.newKey === undefined) return;
  addEvent(
    draft,
    'continued',
    `The conversation goes on as ${event.newKey}`,
    { kind: 'system' },
    { newKey: event.newKey },
  );
  draft.feed({ type: 'conversation.changed', change: 'identity', reason: event.newKey });
}

/** Nothing is lost when a parser does not understand: an operator sees it and it is parsed again after the fix. */
export function onUnparsed(draft: Draft, event: InboundOf<'unparsed'>): void {
  draft.effect({
    kind: 'operator-item',
    id: event.eventId,
    item: 'unparsed',
    reason: event.reason,
    data: event.raw,
    at: draft.now,
  });
}
