import { z } from 'zod';

/** Media travels by reference, never as bytes: either the provider's handle (to be fetched) or a stored blob. */
export const mediaRef = z.looseObject({
  /** Where the bytes are: `provider` = ask the connector to fetch; `blob` = in the media store; `url` = public address. */
  kind: z.enum(['provider', 'blob', 'url']),
  id: z.string().max(4096),
});
export type MediaRef = z.infer<typeof mediaRef>;

export const textPart = z.looseObject({ type: z.literal('text'), text: z.string() });

export const mediaPart = z.looseObject({
  type: z.literal('media'),
  media: z.enum(['image', 'video', 'audio', 'voice', 'file', 'sticker']),
  ref: mediaRef,
  mime: z.string().optional(),
  /** Bytes. */
  size: z.number().int().nonnegative().optional(),
  name: z.string().optional(),
  caption: z.string().optional(),
  /** Milliseconds, for audio, voice and video. */
  durationMs: z.number().nonnegative().optional(),
  /** The emoji a sticker stands for, where the provider says. */
  emoji: z.string().optional(),
});

export const locationPart = z.looseObject({
  type: z.literal('location'),
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  name: z.string().optional(),
  address: z.string().optional(),
});

export const contactPart = z.looseObject({
  type: z.literal('contact'),
  name: z.string(),
  phones: z.array(z.string()).default([]),
});

/** Buttons or a list to choose from; `id` comes back in a postback event. */
export const choicePart = z.looseObject({
  type: z.literal('choice'),
  text: z.string(),
  options: z.array(z.looseObject({ id: z.string(), label: z.string() })).min(1),
});

/** A template approved by the provider (WhatsApp), with its variables filled. */
export const templatePart = z.looseObject({
  type: z.literal('template'),
  name: z.string(),
  locale: z.string(),
  variables: z.record(z.string(), z.string()).default({}),
  /** The text the customer will see, for the timeline and for the rules. */
  text: z.string(),
});

/** Something the connector cannot express; `what` is the provider's own word for it. */
export const unsupportedPart = z.looseObject({ type: z.literal('unsupported'), what: z.string() });

export const part = z.discriminatedUnion('type', [
  textPart,
  mediaPart,
  locationPart,
  contactPart,
  choicePart,
  templatePart,
  unsupportedPart,
]);
export type Part = z.infer<typeof part>;
export type PartType = Part['type'];
export const parts = z.array(part).min(1).max(32);

/** All words in a message that a person reads, in order: what detection, rules and search look at. */
export function textOf(list: readonly Part[]): string {
  return list
    .map((p) => {
      switch (p.type) {
        case 'text':
          return p.text;
        case 'media':
          return p.caption ?? '';
        case 'choice':
          return [p.text, ...p.options.map((o) => o.label)].join('\n');
        case 'template':
          return p.text;
        case 'location':
          return [p.name, p.address].filter(Boolean).join('\n');
        case 'contact':
          return p.name;
        default:
          return '';
      }
    })
    .filter((text) => text !== '')
    .join('\n');
}
