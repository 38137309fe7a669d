import { type Parsed, ignored, inboundBase, MalformedError } from '#libs/connector-kit';
import { conversationKeyOf, type InboundContact, type Part } from '#libs/contracts';
import { z } from 'zod';

const chat = z.looseObject({
  id: z.number(),
  type: z.string(),
  title: z.string().optional(),
  username: z.string().optional(),
});
const user = z.looseObject({
  id: z.number(),
  first_name: z.string(),
  last_name: z.string().optional(),
  username: z.string().optional(),
  language_code: z.string().optional(),
});
const file = z.looseObject({
  file_id: z.string(),
  mime_type: z.string().optional(),
  file_size: z.number().optional(),
  file_name: z.string().optional(),
  duration: z.number().optional(),
  emoji: z.string().optional(),
});
const location = z.looseObject({ latitude: z.number(), longitude: z.number() });
const message = z.looseObject({
  message_id: z.number(),
  date: z.number(),
  edit_date: z.number().optional(),
  chat,
  from: user.optional(),
  sender_chat: chat.optional(),
  reply_to_message: z.looseObject({ message_id: z.number() }).optional(),
  migrate_to_chat_id: z.number().optional(),
  text: z.string().optional(),
  caption: z.string().optional(),
  photo: z.array(file).min(1).optional(),
  ...(Object.fromEntries(
    ['video', 'animation', 'video_note', 'audio', 'voice', 'document', 'sticker'].map((kind) => [
      kind,
      file.optional(),
    ]),
  ) as Record<Medium, z.ZodOptional<typeof file>>),
  location: location.optional(),
  venue: z.looseObject({ location, title: z.string(), address: z.string() }).optional(),
  contact: z
    .looseObject({ phone_number: z.string(), first_name: z.string(), last_name: z.string().optional() })
    .optional(),
});
type Message = z.output<typeof message>;
type Medium = 'video' | 'animation' | 'video_note' | 'audio' | 'voice' | 'document' | 'sticker';

const callbackQuery = z.looseObject({
  id: z.string(),
  from: user,
  data: z.string().optional(),
  message: z.looseObject({ message_id: z.number(), chat, reply_markup: z.unknown().optional() }).optional(),
});
const reactionUpdate = z.looseObject({
  chat,
  message_id: z.number(),
  date: z.number(),
  user: user.optional(),
  actor_chat: chat.optional(),
  new_reaction: z.array(z.looseObject({ type: z.string(), emoji: z.string().optional() })),
});
const memberUpdate = z.looseObject({
  chat,
  from: user,
  date: z.number(),
  old_chat_member: z.looseObject({ status: z.string() }),
  new_chat_member: z.looseObject({ status: z.string() }),
});

/** What is asked of Telegram by name: reactions and membership are not sent otherwise. */
export const ALLOWED_UPDATES = [
  'message',
  'edited_message',
  'channel_post',
  'edited_channel_post',
  'callback_query',
  'message_reaction',
  'my_chat_member',
] as const;

/** Content that Seaway cannot show, but that the customer did send. */
const UNSUPPORTED = [
  'dice',
  'poll',
  'story',
  'game',
  'invoice',
  'checklist',
  'paid_media',
  'gift',
  'rich_message',
  'giveaway',
];
/** From the longest-known duplicate to the plain one: an animation comes with a `document` of the same file. */
const MEDIA: readonly [Medium, Extract<Part, { type: 'media' }>['media']][] = [
  ['animation', 'video'],
  ['video', 'video'],
  ['video_note', 'video'],
  ['audio', 'audio'],
  ['voice', 'voice'],
  ['sticker', 'sticker'],
  ['document', 'file'],
];

export interface Origin {
  channel: string;
  account: string;
  receivedAt: number;
}

/** One update to what Seaway makes of it. Message ids are unique within a chat only, so ours carry the chat. */
export function parseUpdate(body: unknown, origin: Origin): Parsed[] {
  if (typeof body !== 'object' || body === null || !Number.isInteger((body as { update_id?: unknown }).update_id)) {
    throw new MalformedError('this is no update of the Bot API');
  }
  const updateId = (body as { update_id: number }).update_id;
  const kind = Object.keys(body).find((name) => name !== 'update_id') ?? 'empty';
  const content = (body as Record<string, unknown>)[kind];
  const base = (chatId: number, id: string, seconds?: number) =>
    inboundBase({
      ...origin,
      chat: String(chatId),
      providerEventId: id,
      raw: body,
      ...(seconds === undefined ? {} : { providerTime: seconds * 1000 }),
    });
  switch (kind) {
    case 'message':
    case 'channel_post':
      return [fromMessage(message.parse(content), base, origin)];
    case 'edited_message':
    case 'edited_channel_post':
      return [fromEdit(message.parse(content), base, updateId)];
    case 'callback_query':
      return [fromCallback(callbackQuery.parse(content), base)];
    case 'message_reaction':
      return [fromReaction(reactionUpdate.parse(content), base, updateId)];
    case 'my_chat_member':
      return [fromMembership(memberUpdate.parse(content), base)];
    default:
      return [ignored(kind)];
  }
}

type Base = (chatId: number, id: string, seconds?: number) => ReturnType<typeof inboundBase>;

export const providerId = (chatId: number | string, messageId: number): string => `${chatId}:${messageId}`;

function fromMessage(m: Message, base: Base, origin: Origin): Parsed {
  if (m.migrate_to_chat_id !== undefined) {
    const newKey = conversationKeyOf(origin.channel, origin.account, String(m.migrate_to_chat_id));
    return { ...base(m.chat.id, `migrate:${m.chat.id}`, m.date), type: 'identity', newKey };
  }
  const parts = partsOf(m);
  if (parts.length === 0) return ignored(`message.${serviceOf(m)}`);
  return {
    ...base(m.chat.id, `msg:${m.chat.id}:${m.message_id}`, m.date),
    type: 'message',
    contact: authorOf(m),
    providerMessageId: providerId(m.chat.id, m.message_id),
    parts,
    trustedTime: true,
    ...(m.reply_to_message === undefined ? {} : { replyTo: providerId(m.chat.id, m.reply_to_message.message_id) }),
    ...(m.chat.title === undefined ? {} : { chatTitle: m.chat.title }),
  };
}

/** Seconds are too coarse for quick changes, and the words too, since somebody may take a change back: the update tells them apart. */
function fromEdit(m: Message, base: Base, updateId: number): Parsed {
  const parts = partsOf(m);
  if (parts.length === 0) return ignored(`edited_message.${serviceOf(m)}`);
  const at = m.edit_date ?? m.date;
  return {
    ...base(m.chat.id, `edit:${m.chat.id}:${m.message_id}:${at}:${updateId}`, at),
    type: 'edit',
    contact: authorOf(m),
    providerMessageId: providerId(m.chat.id, m.message_id),
    parts,
  };
}

function fromCallback(query: z.output<typeof callbackQuery>, base: Base): Parsed {
  if (query.data === undefined) return ignored('callback_query.game');
  const label = buttonsOf(query.message?.reply_markup).find((button) => button.callback_data === query.data)?.text;
  return {
    ...base(query.message?.chat.id ?? query.from.id, `callback:${query.id}`),
    type: 'postback',
    contact: contactOf(query.from),
    optionId: query.data,
    callbackQueryId: query.id,
    ...(label === undefined ? {} : { label }),
    ...(query.message === undefined
      ? {}
      : { providerMessageId: providerId(query.message.chat.id, query.message.message_id) }),
  };
}

function fromReaction(r: z.output<typeof reactionUpdate>, base: Base, updateId: number): Parsed {
  const emoji = r.new_reaction.map((one) => one.emoji ?? (one.type === 'paid' ? '⭐' : `[${one.type}]`));
  const who = r.user === undefined ? chatContact(r.actor_chat ?? r.chat) : contactOf(r.user);
  return {
    ...base(r.chat.id, `reaction:${r.chat.id}:${r.message_id}:${who.externalId}:${r.date}:${updateId}`, r.date),
    type: 'reaction',
    contact: who,
    providerMessageId: providerId(r.chat.id, r.message_id),
    emoji,
  };
}

function fromMembership(m: z.output<typeof memberUpdate>, base: Base): Parsed {
  const [before, after] = [m.old_chat_member.status, m.new_chat_member.status];
  const gone = after === 'kicked' || after === 'left';
  const wasGone = before === 'kicked' || before === 'left';
  if (gone === wasGone) return ignored(`my_chat_member.${after}`);
  const change = m.chat.type === 'private' ? (gone ? 'block' : 'unblock') : gone ? 'leave' : 'join';
  return {
    ...base(m.chat.id, `member:${m.chat.id}:${m.date}:${before}:${after}`, m.date),
    type: 'membership',
    contact: contactOf(m.from),
    change,
  };
}

function partsOf(m: Message): Part[] {
  if (m.text !== undefined) return [{ type: 'text', text: m.text }];
  const photo = m.photo?.at(-1);
  if (photo !== undefined) return [mediaPart('image', photo, m.caption)];
  for (const [field, kind] of MEDIA) {
    const found = m[field];
    if (found !== undefined) return [mediaPart(kind, found, m.caption)];
  }
  if (m.venue !== undefined) {
    const { latitude, longitude } = m.venue.location;
    return [{ type: 'location', latitude, longitude, name: m.venue.title, address: m.venue.address }];
  }
  if (m.location !== undefined)
    return [{ type: 'location', latitude: m.location.latitude, longitude: m.location.longitude }];
  if (m.contact !== undefined) {
    return [{ type: 'contact', name: fullName(m.contact), phones: [m.contact.phone_number] }];
  }
  const what = UNSUPPORTED.find((name) => m[name] !== undefined);
  return what === undefined ? [] : [{ type: 'unsupported', what }];
}

function mediaPart(
  media: Extract<Part, { type: 'media' }>['media'],
  found: z.output<typeof file>,
  caption: string | undefined,
): Part {
  return {
    type: 'media',
    media,
    ref: { kind: 'provider', id: found.file_id },
    ...(found.mime_type === undefined ? {} : { mime: found.mime_type }),
    ...(found.file_size === undefined ? {} : { size: found.file_size }),
    ...(found.file_name === undefined ? {} : { name: found.file_name }),
    ...(found.duration === undefined ? {} : { durationMs: found.duration * 1000 }),
    ...(found.emoji === undefined ? {} : { emoji: found.emoji }),
    ...(caption === undefined ? {} : { caption }),
  };
}

const authorOf = (m: Message): InboundContact =>
  m.from === undefined ? chatContact(m.sender_chat ?? m.chat) : contactOf(m.from);

function contactOf(from: z.output<typeof user>): InboundContact {
  return {
    externalId: String(from.id),
    name: fullName(from),
    ...(from.username === undefined ? {} : { username: from.username }),
    ...(from.language_code === undefined ? {} : { locale: from.language_code }),
  };
}

const chatContact = (from: z.output<typeof chat>): InboundContact => ({
  externalId: String(from.id),
  ...(from.title === undefined ? {} : { name: from.title }),
});

const fullName = (who: { first_name: string; last_name?: string | undefined }): string =>
  [who.first_name, who.last_name].filter(Boolean).join(' ');

/** The field that makes a message a notice of the service, e.g. `pinned_message`. */
const serviceOf = (m: Message): string =>
  Object.keys(m).find(
    (name) => !['message_id', 'date', 'chat', 'from', 'sender_chat', 'message_thread_id'].includes(name),
  ) ?? 'empty';

function buttonsOf(markup: unknown): { text?: string; callback_data?: string }[] {
  const rows = (markup as { inline_keyboard?: unknown } | undefined)?.inline_keyboard;
  return Array.isArray(rows) ? rows.flat() : [];
}
