import type { Capabilities, InboundOf, OutboundSend } from '#libs/contracts';
import { eventIdOf } from '#libs/contracts';
import { type DeliveryDoc, deliveryId } from '../collections/index.ts';
import { piecesOf } from '../pieces.ts';

/** A message without a moment of its own is not sent a day later. */
const DEFAULT_LIFE_MS = 86_400_000;

export type NewDelivery = Omit<DeliveryDoc, 'version'>;

/** The rows of one send command, in the charge of `instance`. `order` is the command's offset on its partition. */
export function rowsOf(
  send: OutboundSend,
  can: Capabilities,
  { order, now, instance }: { order: number; now: number; instance: string },
): NewDelivery[] {
  return piecesOf(send, can).map((piece) => ({
    _id: deliveryId(send.messageId, send.attempt, piece.n),
    channel: send.channel,
    account: send.account,
    key: send.key,
    chat: send.externalConversationId,
    messageId: send.messageId,
    attempt: send.attempt,
    n: piece.n,
    of: piece.of,
    piece,
    state: 'waiting',
    stage: 'open',
    order,
    tries: 0,
    instance,
    dueAt: now,
    expiresAt: send.expiresAt ?? send.at + DEFAULT_LIFE_MS,
    providerMessageIds: [],
    at: now,
  }));
}

/** What became of the message, over all its rows. Unknown weighs more than failed: somebody has to look. */
export function outcomeOf(rows: readonly DeliveryDoc[]): InboundOf<'outcome'> {
  const sorted = [...rows].sort((a, b) => a.n - b.n);
  const first = sorted[0]!;
  const decisive = sorted.find((r) => r.state === 'unknown') ?? sorted.find((r) => r.state === 'failed') ?? first;
  const { channel, account, key, messageId, attempt } = first;
  // What evidence says comes after "unknown" was told, so it is another event.
  const late = sorted.some((r) => r.resolvedAt !== undefined);
  return {
    type: 'outcome',
    eventId: eventIdOf(channel, account, `outcome:${messageId}:${attempt}${late ? ':resolved' : ''}`),
    channel,
    account,
    key,
    receivedAt: Math.max(...sorted.map((r) => r.resolvedAt ?? r.settledAt ?? r.at)),
    messageId,
    attempt,
    outcome: decisive.state as 'sent' | 'failed' | 'unknown',
    providerMessageIds: sorted.flatMap((r) => r.providerMessageIds),
    ...(decisive.failure === undefined ? {} : { failure: decisive.failure }),
  };
}
