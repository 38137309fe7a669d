import type { Command, InboundEvent } from '#libs/contracts';
import {
  onHandOver,
  onAssign,
  onClose,
  onMarkRead,
  onNote,
  onPinLanguage,
  onReopen,
  onSnooze,
  onTake,
} from '../commands/act.ts';
import { onTimer } from '../clocks/fire.ts';
import { onOutcome, onReceipt } from '../delivery/outcome.ts';
import { onResolve } from '../delivery/resolve.ts';
import { onRecall, onResend, onSend } from '../delivery/send.ts';
import { onAfterthought, onIdentity, onMembership, onPostback, onUnparsed } from '../ingest/afterthought.ts';
import { onMessage } from '../ingest/message.ts';
import { adoptEarlier } from '../ingest/orphan.ts';
import type { Draft } from './draft.ts';

/** What a lane is fed with: things the channel told, and things somebody wants done. */
export type Input = { kind: 'event'; event: InboundEvent } | { kind: 'command'; command: Command };

export const inputId = (input: Input): string =>
  input.kind === 'event' ? input.event.eventId : input.command.commandId;

/** Folds the inputs into the draft, in order. Pure: reads state and context, writes state and effects, does no I/O. */
export function decide(draft: Draft, inputs: readonly Input[]): void {
  const seen: string[] = [];
  const decided = new Set<string>();
  for (const input of inputs) {
    const id = inputId(input);
    if (decided.has(id) || draft.context.duplicates.has(id)) continue;
    const settled = input.kind === 'event' ? onEvent(draft, input.event) : onCommand(draft, input.command);
    if (settled !== 'orphaned') {
      decided.add(id);
      seen.push(id);
    }
  }
  adoptEarlier(draft);
  if (seen.length > 0) draft.effect({ kind: 'seen', ids: seen, at: draft.now });
}

function onEvent(draft: Draft, event: InboundEvent): 'done' | 'orphaned' {
  switch (event.type) {
    case 'message':
      onMessage(draft, event);
      return 'done';
    case 'edit':
    case 'delete':
    case 'reaction':
      return onAfterthought(draft, event);
    case 'postback':
      onPostback(draft, event);
      return 'done';
    case 'outcome':
      onOutcome(draft, event);
      return 'done';
    case 'receipt':
      return onReceipt(draft, event);
    case 'membership':
      onMembership(draft, event);
      return 'done';
    case 'identity':
      onIdentity(draft, event);
      return 'done';
    case 'unparsed':
      onUnparsed(draft, event);
      return 'done';
  }
}

function onCommand(draft: Draft, command: Command): 'done' {
  const refusal = preconditionRefusal(draft, command);
  if (refusal !== undefined) {
    draft.refuse(command, refusal, command.type === 'send' ? { draft: command.composition.source?.text ?? '' } : {});
    return 'done';
  }
  switch (command.type) {
    case 'send':
      onSend(draft, command);
      break;
    case 'note':
      onNote(draft, command);
      break;
    case 'assign':
      onAssign(draft, command);
      break;
    case 'take':
      onTake(draft, command);
      break;
    case 'close':
      onClose(draft, command);
      break;
    case 'reopen':
      onReopen(draft, command);
      break;
    case 'snooze':
      onSnooze(draft, command);
      break;
    case 'pin-language':
      onPinLanguage(draft, command);
      break;
    case 'resend':
      onResend(draft, command);
      break;
    case 'resolve':
      onResolve(draft, command);
      break;
    case 'recall':
      onRecall(draft, command);
      break;
    case 'mark-read':
      onMarkRead(draft, command);
      break;
    case 'hand-over':
      onHandOver(draft, command);
      break;
    case 'timer':
      onTimer(draft, command);
      break;
  }
  return 'done';
}

function preconditionRefusal(draft: Draft, command: Command): string | undefined {
  const { state } = draft;
  if (state.lastSeq === 0) return 'there is no such conversation';
  if (command.ifOwner !== undefined && command.ifOwner !== state.ownerKey)
    return `the owner has changed to ${state.owner.name ?? state.ownerKey}`;
  if (command.ifSeq !== undefined && (state.lastInbound?.seq ?? 0) > command.ifSeq)
    return 'the customer has written since you read the conversation';
  return undefined;
}
