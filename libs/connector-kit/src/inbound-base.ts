import type { ConversationKey, EventId } from '#libs/contracts';
import { conversationKeyOf, eventIdOf } from '#libs/contracts';

/** Larger bodies would crowd the bus; they are left out of the event. */
export const RAW_LIMIT = 65_536;

export interface InboundOrigin {
  channel: string;
  account: string;
  /** Identity of the thing, not of the delivery: the same thing told twice must give the same string. */
  providerEventId: string;
  /** The provider's id of the chat. */
  chat: string;
  receivedAt: number;
  providerTime?: number;
  /** The provider's own item. */
  raw?: unknown;
}

export interface InboundBase {
  eventId: EventId;
  channel: string;
  account: string;
  key: ConversationKey;
  receivedAt: number;
  providerTime?: number;
  raw?: unknown;
}

/** The fields every inbound event begins with; spread it and add the type's own. */
export function inboundBase(origin: InboundOrigin): InboundBase {
  const { channel, account, receivedAt, providerTime, raw } = origin;
  return {
    eventId: eventIdOf(channel, account, origin.providerEventId),
    channel,
    account,
    key: conversationKeyOf(channel, account, origin.chat),
    receivedAt,
    ...(providerTime === undefined ? {} : { providerTime }),
    ...(raw === undefined || Buffer.byteLength(JSON.stringify(raw)) > RAW_LIMIT ? {} : { raw }),
  };
}
