import type { ConversationKey, EventId } from '#libs/contracts';
import { conversationKeyOf, eventIdOf } from '#libs/contracts';

/** Larger bodies would crowd the bus; they are left out of the event. */
export const RAW_LIMIT = 65_536;
/** The bus takes 64 levels, the event's own included; a body nested deeper travels as text. */
const RAW_DEPTH = 32;

export interface InboundOrigin {
  channel: string;
  account: string;
  /** Identity of the thing, not of the delivery: the same thing told twice must give the same string. */
  providerEventId: string;
  /** The provider's id of the chat. */
  chat: string;
  receivedAt: number;
  providerTime?: number;
  /** The provider's own item; kept as JSON text where it is nested deeper than the bus takes. */
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
  const { channel, account, receivedAt, providerTime } = origin;
  return {
    eventId: eventIdOf(channel, account, origin.providerEventId),
    channel,
    account,
    key: conversationKeyOf(channel, account, origin.chat),
    receivedAt,
    ...(providerTime === undefined ? {} : { providerTime }),
    ...rawOf(origin.raw),
  };
}

function rawOf(raw: unknown): { raw?: unknown } {
  if (raw === undefined) return {};
  const text = JSON.stringify(raw);
  if (Buffer.byteLength(text) > RAW_LIMIT) return {};
  return { raw: isDeeper(raw, RAW_DEPTH) ? text : raw };
}

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((one) => isDeeper(one, levels - 1)));
