import { type Actor, type Owner, uuidv5 } from '#libs/contracts';
import type { Draft } from '../decide/draft.ts';
import { addEvent } from '../timeline/entry.ts';

/** Passes the conversation on, gives slots back and takes them, and tells everybody who owns it now and why. */
export function setOwner(
  draft: Draft,
  to: Owner,
  reason: string,
  by: Actor,
  options: { reservation?: string; queueId?: string; considered?: unknown } = {},
): void {
  const { state } = draft;
  const before = state.owner;
  const same = before.kind === to.kind && before.id === to.id;
  if (same && options.queueId === state.queueId) return;
  if (before.id !== to.id) giveBackSlot(draft);
  const reservation = options.reservation ?? uuidv5('slot', state.key, String(state.version + 1));
  if (to.kind === 'agent' && to.id !== undefined) {
    if (options.reservation === undefined)
      draft.effect({ kind: 'slot', op: 'take', agentId: to.id, reservation, at: draft.now });
    state.reservation = reservation;
  } else {
    delete state.reservation;
  }
  const name = to.name ?? (to.kind === 'agent' && to.id !== undefined ? draft.context.agentName(to.id) : undefined);
  state.owner = {
    kind: to.kind,
    ...(to.id === undefined ? {} : { id: to.id }),
    ...(name === undefined ? {} : { name }),
  };
  state.ownerKey = `${to.kind}:${to.id ?? ''}`;
  state.ownerSince = draft.now;
  state.ownerReason = reason;
  if (options.queueId !== undefined) state.queueId = options.queueId;
  addEvent(
    draft,
    'assigned',
    says(state.owner, reason),
    by,
    options.considered === undefined ? undefined : { considered: options.considered },
  );
  draft.feed({
    type: 'conversation.changed',
    change: 'assigned',
    owner: state.owner,
    reason,
    ...(to.kind === 'bot' && state.lastInbound !== undefined && state.unread > 0
      ? { unanswered: state.lastInbound, region: state.region }
      : {}),
  });
}

/** Nobody owns the conversation any more. */
export function disown(draft: Draft, reason: string): void {
  const { state } = draft;
  if (state.owner.kind === 'nobody') return;
  giveBackSlot(draft);
  state.owner = { kind: 'nobody' };
  state.ownerKey = 'nobody:';
  state.ownerSince = draft.now;
  state.ownerReason = reason;
  delete state.reservation;
}

/** The agent who owned it may take another one, and is remembered as the one who knows the customer. */
function giveBackSlot(draft: Draft): void {
  const { state } = draft;
  const { kind, id } = state.owner;
  if (kind !== 'agent' || id === undefined) return;
  draft.effect({ kind: 'slot', op: 'release', agentId: id, reservation: state.reservation ?? '', at: draft.now });
  state.previousAgentId = id;
  state.previousAgentAt = draft.now;
}

function says(owner: Owner, reason: string): string {
  const who = owner.name ?? owner.id ?? 'nobody';
  switch (owner.kind) {
    case 'agent':
      return `${who} answers: ${reason}`;
    case 'bot':
      return `${who} (automated) answers: ${reason}`;
    case 'queue':
      return `Waiting in ${who}: ${reason}`;
    default:
      return `Nobody answers: ${reason}`;
  }
}
