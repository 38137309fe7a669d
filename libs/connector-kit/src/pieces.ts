import type { Capabilities, OutboundSend, Part } from '#libs/contracts';
import { splitText, textLength } from './split-text.ts';

/** What one provider call carries. Parts that the channel cannot do have become text already. */
export interface Piece {
  /** 0, 1, 2, … within the message. */
  n: number;
  of: number;
  part: Exclude<Part, { type: 'unsupported' }>;
  /** The provider's id of the message this one answers; on the first piece only. */
  replyTo?: string;
}

type Sendable = Piece['part'];

/** Cuts a message into provider calls by what the channel declares. Never empty. */
export function piecesOf(send: Pick<OutboundSend, 'parts' | 'replyToProviderId'>, can: Capabilities): Piece[] {
  const list = send.parts.flatMap((part) => fit(part, can));
  return list.map((part, n) => ({
    n,
    of: list.length,
    part,
    ...(n === 0 && send.replyToProviderId !== undefined ? { replyTo: send.replyToProviderId } : {}),
  }));
}

function fit(part: Part, can: Capabilities): Sendable[] {
  switch (part.type) {
    case 'text':
      return asText(part.text, can);
    case 'choice':
      return fitChoice(part, can);
    case 'media':
      if (
        can.parts.includes('media') &&
        can.media.some((m) => m.kind === part.media && (part.size ?? 0) <= m.maxSize)
      ) {
        return fitCaption(part, can);
      }
      return asText(
        [part.caption, part.name, part.ref.kind === 'url' ? part.ref.id : `[${part.media}]`].filter(Boolean).join('\n'),
        can,
      );
    case 'location':
      if (can.parts.includes('location')) return [part];
      return asText([part.name, part.address, `${part.latitude}, ${part.longitude}`].filter(Boolean).join('\n'), can);
    case 'contact':
      return can.parts.includes('contact') ? [part] : asText([part.name, ...part.phones].join('\n'), can);
    case 'template':
      return can.parts.includes('template') ? [part] : asText(part.text, can);
    case 'unsupported':
      return asText(`[${part.what}]`, can);
  }
}

/** Providers that take captions take about this many; a longer one follows as text. */
const CAPTION_LIMIT = 1024;

function fitCaption(part: Extract<Part, { type: 'media' }>, can: Capabilities): Sendable[] {
  if (part.caption === undefined || textLength(part.caption, can.text.unit) <= CAPTION_LIMIT) return [part];
  const { caption, ...bare } = part;
  return [bare, ...asText(caption, can)];
}

/** Buttons where the channel has enough of them, else a numbered list that the customer answers by number. */
function fitChoice(part: Extract<Part, { type: 'choice' }>, can: Capabilities): Sendable[] {
  if (!can.parts.includes('choice') || part.options.length > can.buttons) {
    const lines = part.options.map((option, index) => `${index + 1}. ${option.label}`);
    return asText([part.text, ...lines].join('\n'), can);
  }
  const texts = splitText(part.text, can.text);
  const last = texts.pop() ?? part.text;
  return [...texts.map((text): Sendable => ({ type: 'text', text })), { ...part, text: last }];
}

function asText(text: string, can: Capabilities): Sendable[] {
  return splitText(text, can.text).map((chunk) => ({ type: 'text', text: chunk }));
}
