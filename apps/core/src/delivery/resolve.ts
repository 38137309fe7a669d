import type { CommandOf } from '#libs/contracts';
import type { MessageDoc } from '#libs/store';
import type { Draft } from '../decide/draft.ts';
import { step } from '../timeline/entry.ts';
import { messageNow } from './message-now.ts';
import { settleInFlight } from './release.ts';

/** A person ends the doubt about a delivery: it arrived, or it did not and may be sent again. */
export function onResolve(draft: Draft, command: CommandOf<'resolve'>): void {
  const { messageId, attempt, outcome, note, by } = command;
  const refusal = refusalOf(messageNow(draft, messageId), attempt);
  if (refusal !== undefined) {
    draft.refuse(command, refusal);
    return;
  }
  const who = by.name ?? by.id ?? by.kind;
  const says = `${who} says that it ${outcome === 'sent' ? 'arrived' : 'did not arrive'}${note === undefined ? '' : `: ${note}`}`;
  draft.effect({
    kind: 'patch',
    messageId,
    change: {
      change: 'status',
      status: outcome,
      attempt,
      ...(outcome === 'failed' ? { failure: { kind: 'rejected' as const, reason: says } } : {}),
      step: step('command', draft.now, says, { attempt, outcome, by }),
    },
  });
  draft.feed({ type: 'message.status', messageId, status: outcome, reason: says, by });
  settleInFlight(draft, messageId);
}

function refusalOf(message: MessageDoc | undefined, attempt: number): string | undefined {
  if (message === undefined || message.direction !== 'out') return 'there is no such message of ours';
  if ((message.attempt ?? 0) !== attempt) return 'it was sent again meanwhile; look at what became of that';
  if (message.status !== 'unknown')
    return `it is ${message.status ?? 'not sent by us'}; only an unknown outcome is in doubt`;
  return undefined;
}
