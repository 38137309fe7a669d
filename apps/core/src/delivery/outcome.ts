import type { InboundOf } from '#libs/contracts';
import type { DeliveryStatus } from '#libs/store';
import type { Draft } from '../decide/draft.ts';
import { step } from '../timeline/entry.ts';
import { releaseNext } from './release.ts';

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
  if (event.providerMessageIds.length > 0) {
    draft.effect({
      kind: 'adopt',
      refs: event.providerMessageIds.map((id) => `${state.channel}:${state.account}:${id}`),
      channel: state.channel,
    });
  }
  if (event.failure?.kind === 'opted_out') state.optedOut = true;
  if (state.inFlight?.messageId === event.messageId) {
    delete state.inFlight;
    releaseNext(draft);
  }
}

/** The provider or the customer's app says how far a message came. */
export function onReceipt(draft: Draft, event: InboundOf<'receipt'>): 'done' | 'orphaned' {
  const { state, context } = draft;
  const messageId =
    event.messageId ??
    (event.providerMessageId === undefined ? undefined : context.targets.get(event.providerMessageId));
  if (messageId === undefined) {
    if (event.providerMessageId === undefined) return 'done';
    draft.effect({
      kind: 'orphan',
      id: event.eventId,
      ref: `${state.channel}:${state.account}:${event.providerMessageId}`,
      event: event as unknown as Record<string, unknown>,
      at: draft.now,
    });
    return 'orphaned';
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
