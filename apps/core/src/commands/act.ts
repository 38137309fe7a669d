import { type Actor, type CommandOf, messageIdOf } from '#libs/contracts';
import type { Draft } from '../decide/draft.ts';
import { endSnooze, startSnooze } from '../clocks/snooze.ts';
import { requestRoute } from '../router/request-route.ts';
import { addEntry, addEvent } from '../timeline/entry.ts';
import { disown, setOwner } from './ownership.ts';

const nameOf = (by: Actor): string => by.name ?? by.id ?? by.kind;

/** Words among colleagues: never translated out, never sent. */
export function onNote(draft: Draft, command: CommandOf<'note'>): void {
  addEntry(draft, {
    _id: messageIdOf(command.commandId),
    kind: 'note',
    direction: 'internal',
    by: command.by,
    parts: [{ type: 'text', text: command.text }],
  });
  draft.feed({ type: 'conversation.changed', change: 'noted' });
}

/** From a person: as they say. From the router: only while nobody took the conversation meanwhile. */
export function onAssign(draft: Draft, command: CommandOf<'assign'>): void {
  const { state } = draft;
  const byRouter = command.by.kind === 'system';
  if (
    byRouter &&
    (state.status === 'closed' ||
      state.owner.kind === 'agent' ||
      (state.owner.kind === 'bot' && command.to.kind === 'bot'))
  ) {
    if (command.reservation !== undefined && command.to.kind === 'agent' && command.to.id !== state.owner.id) {
      draft.effect({
        kind: 'slot',
        op: 'release',
        agentId: command.to.id!,
        reservation: command.reservation,
        at: draft.now,
      });
    }
    return;
  }
  if (!byRouter && state.status === 'closed') {
    draft.refuse(command, 'the case is closed; reopen it first');
    return;
  }
  if (!byRouter && command.to.kind === 'queue') {
    if (command.to.id !== undefined) state.queueId = command.to.id;
    setOwner(draft, { kind: 'nobody' }, `handed to ${command.to.id} by ${nameOf(command.by)}`, command.by);
    requestRoute(draft, `${nameOf(command.by)} handed it to the queue`);
    return;
  }
  if (command.to.kind === 'bot' && !byRouter) state.humanRequested = false;
  setOwner(draft, command.to, byRouter ? command.reason : `assigned by ${nameOf(command.by)}`, command.by, {
    ...(command.reservation === undefined ? {} : { reservation: command.reservation }),
    ...(command.queueId === undefined ? {} : { queueId: command.queueId }),
    ...(command.considered === undefined ? {} : { considered: command.considered }),
  });
}

export function onTake(draft: Draft, command: CommandOf<'take'>): void {
  const { state } = draft;
  if (state.status === 'closed') reopen(draft, command.by);
  setOwner(draft, { kind: 'agent', id: command.agentId }, `taken by ${nameOf(command.by)}`, command.by);
}

export function onClose(draft: Draft, command: CommandOf<'close'>): void {
  const { state } = draft;
  if (state.status === 'closed') return;
  state.status = 'closed';
  state.case = { ...state.case, closedAt: draft.now };
  for (const clock of state.clocks) {
    if (clock.state !== 'running') continue;
    clock.state = 'met';
    draft.effect({ kind: 'untimer', id: `${clock.id}:due` });
    clock.warnAt.forEach((_, i) => draft.effect({ kind: 'untimer', id: `${clock.id}:warn:${i}` }));
  }
  delete state.nextDueAt;
  endSnooze(draft);
  addEvent(
    draft,
    'closed',
    `Case ${state.case.number} closed by ${nameOf(command.by)}${command.reason === undefined ? '' : `: ${command.reason}`}`,
    command.by,
  );
  draft.feed({ type: 'conversation.changed', change: 'closed' });
  disown(draft, 'closed');
  state.unread = 0;
}

function reopen(draft: Draft, by: Actor): void {
  const { state } = draft;
  state.status = 'open';
  const { closedAt: _closed, ...open } = state.case;
  state.case = open;
  addEvent(draft, 'reopened', `Case ${state.case.number} reopened by ${nameOf(by)}`, by);
  draft.feed({ type: 'conversation.changed', change: 'reopened' });
}

export function onReopen(draft: Draft, command: CommandOf<'reopen'>): void {
  if (draft.state.status === 'open') return;
  endSnooze(draft);
  reopen(draft, command.by);
  if (draft.state.owner.kind === 'nobody') {
    if (command.by.kind === 'agent' && command.by.id !== undefined) {
      setOwner(draft, { kind: 'agent', id: command.by.id }, `reopened by ${nameOf(command.by)}`, command.by);
    } else requestRoute(draft, 'reopened');
  }
}

export function onSnooze(draft: Draft, command: CommandOf<'snooze'>): void {
  const { state } = draft;
  if (state.status === 'closed') {
    draft.refuse(command, 'the case is closed');
    return;
  }
  if (command.until <= draft.now) {
    draft.refuse(command, 'the time to wake up is in the past');
    return;
  }
  state.status = 'snoozed';
  startSnooze(draft, command.until);
  addEvent(draft, 'snoozed', `Snoozed by ${nameOf(command.by)}`, command.by, { until: command.until });
  draft.feed({ type: 'conversation.changed', change: 'snoozed' });
}

export function onPinLanguage(draft: Draft, command: CommandOf<'pin-language'>): void {
  const { state } = draft;
  if (command.lang === null) {
    state.languagePinned = false;
    addEvent(draft, 'language', `Language no longer pinned by ${nameOf(command.by)}`, command.by);
  } else {
    state.languagePinned = true;
    state.language = { ...state.language, lang: command.lang, confidence: 1, source: 'manual' };
    addEvent(draft, 'language', `Language pinned to ${command.lang} by ${nameOf(command.by)}`, command.by);
  }
  draft.feed({ type: 'conversation.changed', change: 'language' });
}

/** Unread is one number for the team; the provider is told that the customer was read, where it can be. */
export function onMarkRead(draft: Draft, command: CommandOf<'mark-read'>): void {
  const { state } = draft;
  if (state.unread === 0) return;
  state.unread = 0;
  if (command.by.kind === 'agent' && state.lastInboundProviderId !== undefined) {
    draft.effect({
      kind: 'outbound',
      command: {
        type: 'mark-read',
        key: state.key,
        channel: state.channel,
        account: state.account,
        externalConversationId: state.externalId,
        at: draft.now,
        providerMessageId: state.lastInboundProviderId,
      },
    });
  }
  draft.feed({ type: 'conversation.changed', change: 'read' });
}

/** The bot gives up, or was told to: a person is looked for, and the bot is not offered again in this case. */
export function onHandOver(draft: Draft, command: CommandOf<'hand-over'>): void {
  const { state } = draft;
  if (command.by.kind === 'bot' && state.owner.kind !== 'bot') return;
  state.humanRequested = true;
  addEvent(
    draft,
    'hand-over',
    `${nameOf(command.by)} hands over: ${command.reason}`,
    command.by,
    command.summary === undefined ? undefined : { summary: command.summary },
  );
  requestRoute(draft, command.reason);
}
