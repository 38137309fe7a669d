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
  // Nearly always far below both limits, and then the text need not be made to know that.
  if (roomLeft(raw, RAW_LIMIT, RAW_DEPTH) >= 0) return { raw };
  const text = JSON.stringify(raw);
  if (Buffer.byteLength(text) > RAW_LIMIT) return {};
  return { raw: isDeeper(raw, RAW_DEPTH) ? text : raw };
}

/** As JSON a character takes six bytes at most, a number 25, and a value up to two more around it. */
const CHARACTER_BYTES = 6;
const NUMBER_BYTES = 25;
const AROUND_BYTES = 4;

/** Bytes of `room` that are left when the JSON text of `value` is as long as it could be; negative when it may not fit, or is too deep. */
function roomLeft(value: unknown, room: number, levels: number): number {
  if (typeof value === 'string') return room - value.length * CHARACTER_BYTES - AROUND_BYTES;
  if (typeof value !== 'object' || value === null) return room - NUMBER_BYTES - AROUND_BYTES;
  if (levels === 0) return -1;
  let left = room - AROUND_BYTES;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length && left >= 0; i += 1) left = roomLeft(value[i], left, levels - 1);
    return left;
  }
  for (const name of Object.keys(value)) {
    if (left < 0) return left;
    left = roomLeft(
      (value as Record<string, unknown>)[name],
      left - name.length * CHARACTER_BYTES - AROUND_BYTES,
      levels - 1,
    );
  }
  return left;
}

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((one) => isDeeper(one, levels - 1)));
