import type { InboundOf } from '#libs/contracts';
import type { DeliveryStatus } from '#libs/store';
import type { Draft } from '../decide/draft.ts';
import { adoptWaiting, waitForTarget } from '../ingest/orphan.ts';
import { step } from '../timeline/entry.ts';
import { settleInFlight } from './release.ts';

/** The connector says what became of a message: tell the timeline, and let the next one go. */
export function onOutcome(draft: Draft, event: InboundOf<'outcome'>): void {
  const { state } = draft;
  const reason = event.failure?.reason;
  const says = {
    sent: `accepted by the provider as ${event.providerMessageIds.join(', ')}`,
    failed: `not delivered: ${reason ?? 'no reason given'}`,
    unknown: 'the connection broke after the words had left: nobody knows whether they arrived',
  }[event.outcome];
  draft.effect({
    kind: 'patch',
    messageId: event.messageId,
    change: {
      change: 'status',
      status: event.outcome,
      ...(event.providerMessageIds[0] === undefined ? {} : { providerMessageId: event.providerMessageIds[0] }),
      ...(event.failure === undefined
        ? {}
        : {
            failure: {
              kind: event.failure.kind,
              reason: event.failure.reason,
              ...(event.failure.code === undefined ? {} : { code: event.failure.code }),
            },
          }),
      step: step('delivery', event.receivedAt, says, event.failure),
    },
  });
  draft.feed({
    type: 'message.status',
    messageId: event.messageId,
    status: event.outcome,
    ...(reason === undefined ? {} : { reason }),
  });
  adoptWaiting(draft, event.providerMessageIds);
  if (event.failure?.kind === 'opted_out') state.optedOut = true;
  // Evidence may settle an earlier attempt while a later one is under way.
  if ((event['attempt'] ?? state.inFlight?.attempt) === state.inFlight?.attempt) settleInFlight(draft, event.messageId);
}

/** The provider or the customer's app says how far a message came. */
export function onReceipt(draft: Draft, event: InboundOf<'receipt'>): 'done' | 'orphaned' {
  const { providerMessageId } = event;
  const messageId = event.messageId ?? (providerMessageId === undefined ? undefined : draft.target(providerMessageId));
  if (messageId === undefined) {
    return providerMessageId === undefined ? 'done' : waitForTarget(draft, event, providerMessageId);
  }
  const status: DeliveryStatus = event.state;
  draft.effect({
    kind: 'patch',
    messageId,
    change: {
      change: 'status',
      status,
      ...(event.state === 'failed'
        ? { failure: { kind: 'rejected' as const, reason: event.reason ?? 'the provider reports a failure' } }
        : {}),
      step: step('delivery', event.receivedAt, `receipt: ${event.state}`),
    },
  });
  draft.feed({
    type: 'message.status',
    messageId,
    status,
    ...(event.reason === undefined ? {} : { reason: event.reason }),
  });
  return 'done';
}
