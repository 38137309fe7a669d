import { createHash } from 'node:crypto';
import type { InboundOf } from '#libs/contracts';
import type { WebhookRequest } from '../connector.ts';
import { inboundBase, RAW_LIMIT } from '../inbound-base.ts';

/** What a parser choked on, as an event: shown to operators, and parsed again on replay after the fix. */
export function unparsedEvent(
  channel: string,
  account: string,
  request: WebhookRequest,
  error: unknown,
): InboundOf<'unparsed'> {
  const digest = createHash('sha256').update(request.rawBody).digest('hex');
  return {
    ...inboundBase({
      channel,
      account,
      providerEventId: `unparsed:${digest}`,
      chat: 'unparsed',
      receivedAt: request.receivedAt,
      raw: request.rawBody.subarray(0, RAW_LIMIT - 2048).toString('utf8'),
    }),
    type: 'unparsed',
    reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
  };
}
