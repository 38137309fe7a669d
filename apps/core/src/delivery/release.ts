import { type MessageId, textOf } from '#libs/contracts';
import { checkOutbound, release, type Unreleased, type Verdict } from '#libs/policy';
import type { QueuedSend } from '#libs/store';
import type { Draft } from '../decide/draft.ts';
import { step } from '../timeline/entry.ts';

/** How long an agent's message may wait when the channel sets no reply window of its own. */
export const AGENT_EXPIRY_MS = 24 * 3_600_000;
export const BOT_EXPIRY_MS = 15 * 60_000;

/** The rules of the customer's region on the words the customer will read. */
export function verdictOn(draft: Draft, send: Pick<QueuedSend, 'parts' | 'composition' | 'by'>): Verdict {
  const { state, context } = draft;
  return checkOutbound(context.rules, {
    parts: send.parts,
    lang: send.composition.lang ?? state.language.lang,
    source: send.composition.source,
    region: state.region,
    channel: state.channel,
    actor: send.by,
    intents: state.intents,
    concepts: state.concepts,
    told: state.told,
  });
}

/**
 * Lets the next waiting message go when none is on its way: one at a time, so order holds, a waiting one can be recalled, and
 * at most one is beyond the reach of a rule published now. The check at release is the one that counts.
 */
export function releaseNext(draft: Draft): void {
  const { state } = draft;
  while (state.inFlight === undefined && state.queued.length > 0) {
    const [next, ...rest] = state.queued;
    state.queued = rest;
    if (next !== undefined) releaseOne(draft, next);
  }
}

/** What became of this message is known, as far as it will be: whatever waited behind it may go. */
export function settleInFlight(draft: Draft, messageId: MessageId): void {
  if (draft.state.inFlight?.messageId !== messageId) return;
  delete draft.state.inFlight;
  releaseNext(draft);
}

function releaseOne(draft: Draft, send: QueuedSend): void {
  const { state } = draft;
  if (send.expiresAt !== undefined && send.expiresAt <= draft.now) {
    hold(draft, send, 'failed', 'expired', 'waited longer than it may');
    return;
  }
  const verdict = verdictOn(draft, send);
  const released = release(verdict, unreleased(draft, send), draft.now, send.override);
  if (released === undefined) {
    const rule = verdict.findings[0];
    hold(draft, send, 'held', 'policy', rule === undefined ? 'a rule forbids it' : `${rule.ruleName}: ${rule.message}`);
    return;
  }
  state.told = [...new Set([...state.told, ...verdict.states])].slice(0, 50);
  state.inFlight = { messageId: send.messageId, attempt: send.attempt, since: draft.now };
  draft.effect({ kind: 'outbound', command: released });
  const rules =
    verdict.findings.length === 0
      ? 'no rule objects'
      : verdict.findings.map((f) => `${f.ruleName} (${f.severity})`).join(', ');
  draft.effect({
    kind: 'patch',
    messageId: send.messageId,
    change: {
      change: 'status',
      status: 'released',
      attempt: send.attempt,
      step: step('release', draft.now, `released: ${rules}`, { findings: verdict.findings }),
    },
  });
}

function unreleased(draft: Draft, send: QueuedSend): Unreleased {
  const { state } = draft;
  return {
    type: 'send',
    key: state.key,
    channel: state.channel,
    account: state.account,
    externalConversationId: state.externalId,
    at: draft.now,
    messageId: send.messageId,
    attempt: send.attempt,
    parts: send.parts,
    ...(send.expiresAt === undefined ? {} : { expiresAt: send.expiresAt }),
    ...(send.traceparent === undefined ? {} : { traceparent: send.traceparent }),
  };
}

function hold(
  draft: Draft,
  send: QueuedSend,
  status: 'held' | 'failed',
  kind: 'policy' | 'expired',
  reason: string,
): void {
  draft.effect({
    kind: 'patch',
    messageId: send.messageId,
    change: {
      change: 'status',
      status,
      failure: { kind, reason },
      step: step('release', draft.now, `${status}: ${reason}`),
    },
  });
  draft.feed({ type: 'message.status', messageId: send.messageId, status, reason });
  if (status === 'held') {
    draft.feed({
      type: 'command.refused',
      commandId: send.commandId,
      command: 'send',
      by: send.by,
      reason,
      draft: send.composition.source?.text ?? textOf(send.parts),
    });
  }
}
