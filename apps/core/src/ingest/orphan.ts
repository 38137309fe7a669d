import type { InboundEvent } from '#libs/contracts';
import type { Draft } from '../decide/draft.ts';

/** Keeps an event whose message is not there yet; it is told again when the message appears. It does not count as seen. */
export function waitForTarget(draft: Draft, event: InboundEvent, providerMessageId: string): 'orphaned' {
  const { channel, account } = draft.state;
  draft.effect({
    kind: 'orphan',
    id: event.eventId,
    ref: `${channel}:${account}:${providerMessageId}`,
    event: event as unknown as Record<string, unknown>,
    at: draft.now,
  });
  return 'orphaned';
}
