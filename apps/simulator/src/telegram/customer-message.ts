import { z } from 'zod';

const bytes = {
  /** Content in base64; at most 20 MB, what a bot may download. */
  base64: z.base64().max(28_000_000).optional(),
  /** Or an address this process can fetch. */
  url: z.url().optional(),
  fileName: z.string().min(1).max(200).optional(),
  mimeType: z.string().min(1).max(100).optional(),
};
const file = z
  .strictObject({ ...bytes, duration: z.number().int().min(0).optional(), emoji: z.string().optional() })
  .refine((f) => (f.base64 === undefined) !== (f.url === undefined), 'expected either base64 or url');
export type CustomerFile = z.input<typeof file>;

const content = {
  text: z.string().trim().min(1).max(4096).optional(),
  photo: file.optional(),
  document: file.optional(),
  voice: file.optional(),
  video: file.optional(),
  audio: file.optional(),
  sticker: file.optional(),
  location: z
    .strictObject({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) })
    .optional(),
  contact: z
    .strictObject({ phone_number: z.string().min(1), first_name: z.string().min(1), last_name: z.string().optional() })
    .optional(),
};

/** What a customer can send: exactly one kind of content. */
export const customerMessage = z
  .strictObject({
    ...content,
    caption: z.string().max(1024).optional(),
    /** message_id within the chat. */
    replyTo: z.number().int().optional(),
    /** Joins photos and videos into an album. */
    mediaGroupId: z.string().optional(),
    /** Other fields of the message, in the provider's spelling, for kinds the simulator has no form for. */
    extra: z.record(z.string(), z.unknown()).optional(),
  })
  .refine(
    (m) =>
      Object.keys(content).filter((key) => m[key as keyof typeof content] !== undefined).length === 1 ||
      m.extra !== undefined,
    'expected exactly one of text, photo, document, voice, video, audio, sticker, location, contact',
  );
export type CustomerMessage = z.input<typeof customerMessage>;
