import { randomUUID } from 'node:crypto';
import type { Bot, World } from './bot.ts';
import type { CustomerFile, CustomerMessage } from './customer-message.ts';
import { customerMessage } from './customer-message.ts';
import { MEDIA, mediaFields, type MediaKind } from './media.ts';
import { type Phone, userOf } from './phone.ts';
import { SimulatorError } from './simulator-error.ts';
import type { Thread, ThreadEntry } from './thread.ts';
import type { Message, ReactionType } from './types.ts';

const MEDIA_KINDS = ['photo', 'document', 'voice', 'video', 'audio', 'sticker'] as const satisfies readonly MediaKind[];

/** What a customer does in the chat with one bot. Every act makes the update the provider would make. */
export class Customer {
  readonly phone: Phone;
  readonly thread: Thread;
  private readonly bot: Bot;
  private readonly world: World;
  constructor(phone: Phone, thread: Thread, bot: Bot, world: World) {
    this.phone = phone;
    this.thread = thread;
    this.bot = bot;
    this.world = world;
  }

  /** Writes a text. */
  say(text: string): ThreadEntry {
    return this.put({ text });
  }

  /** Sends any kind of message. Throws `ZodError` or `SimulatorError`. */
  async send(input: CustomerMessage): Promise<ThreadEntry> {
    const { text, location, contact, caption, replyTo, mediaGroupId, extra, ...files } = customerMessage.parse(input);
    const kind = MEDIA_KINDS.find((k) => files[k] !== undefined);
    const media = kind === undefined ? {} : await this.mediaOf(kind, files[kind]!);
    return this.put(
      {
        ...(text === undefined ? {} : { text }),
        ...(location === undefined ? {} : { location }),
        ...(contact === undefined ? {} : { contact }),
        ...media,
        ...(caption === undefined || caption === '' ? {} : { caption }),
        ...(mediaGroupId === undefined ? {} : { media_group_id: mediaGroupId }),
        ...extra,
      },
      replyTo,
    );
  }

  /** Edits the customer's own text. */
  edit(messageId: number, text: string): ThreadEntry {
    const entry = this.entry(messageId);
    if (entry.by !== 'customer') throw new SimulatorError(409, `message ${messageId} is not the customer's own`);
    const field = entry.message.text === undefined ? 'caption' : 'text';
    entry.message = { ...entry.message, [field]: text, edit_date: this.seconds() };
    entry.delivered = false;
    this.update('edited_message', `chat:${this.phone.id}`, entry.message, entry);
    this.bot.show(this.thread, entry);
    return entry;
  }

  /** Sets the customer's reaction; an empty list takes it away. */
  react(messageId: number, emojis: readonly string[]): ThreadEntry {
    const entry = this.entry(messageId);
    const before = entry.reactions.customer;
    const after: ReactionType[] = emojis.map((emoji) => ({ type: 'emoji', emoji }));
    entry.reactions = { ...entry.reactions, customer: after };
    const content = {
      chat: this.thread.chat,
      message_id: messageId,
      user: userOf(this.phone),
      date: this.seconds(),
      old_reaction: before,
      new_reaction: after,
    };
    this.update('message_reaction', `reaction:${this.phone.id}`, content);
    this.bot.show(this.thread, entry);
    return entry;
  }

  /** Presses the button with this callback_data. Returns the id of the query. */
  press(messageId: number, data: string): string {
    const entry = this.entry(messageId);
    const buttons = entry.message.reply_markup?.inline_keyboard.flat() ?? [];
    if (!buttons.some((button) => button.callback_data === data))
      throw new SimulatorError(404, `message ${messageId} has no button with the data "${data}"`);
    const id = randomUUID().replaceAll('-', '');
    this.bot.openCallback(id, this.phone.id);
    const content = {
      id,
      from: userOf(this.phone),
      message: entry.message,
      chat_instance: String(this.phone.id),
      data,
    };
    this.update('callback_query', `callback:${this.phone.id}`, content);
    return id;
  }

  /** Blocks the bot, or lets it write again. */
  setBlocked(blocked: boolean): void {
    if (this.thread.blocked === blocked) return;
    this.thread.blocked = blocked;
    const member = { user: this.bot.user, status: 'member' };
    const kicked = { user: this.bot.user, status: 'kicked', until_date: 0 };
    this.update('my_chat_member', `member:${this.phone.id}`, {
      chat: this.thread.chat,
      from: userOf(this.phone),
      date: this.seconds(),
      old_chat_member: blocked ? member : kicked,
      new_chat_member: blocked ? kicked : member,
    });
    this.world.live.emit({
      type: 'blocked',
      channel: 'telegram',
      bot: this.bot.user.id,
      phone: this.phone.id,
      blocked,
    });
  }

  private put(content: Record<string, unknown>, replyTo?: number): ThreadEntry {
    if (this.thread.blocked) throw new SimulatorError(409, 'the customer has blocked the bot; unblock it first');
    this.thread.started = true;
    const message: Message = {
      message_id: this.thread.takeId(),
      from: userOf(this.phone),
      chat: this.thread.chat,
      date: this.seconds(),
      ...(replyTo === undefined ? {} : { reply_to_message: this.entry(replyTo).message }),
      ...content,
    };
    const entry: ThreadEntry = {
      by: 'customer',
      at: this.world.clock.now(),
      message,
      delivered: false,
      reactions: { customer: [], bot: [] },
    };
    this.thread.put(entry);
    this.bot.show(this.thread, entry);
    this.update('message', `chat:${this.phone.id}`, message, entry);
    return entry;
  }

  private update(kind: Parameters<Bot['push']>[0], lane: string, content: unknown, entry?: ThreadEntry): void {
    this.bot.push(
      kind,
      lane,
      content,
      entry === undefined
        ? undefined
        : () => {
            entry.delivered = true;
            this.bot.show(this.thread, entry);
          },
    );
  }

  private async mediaOf(kind: (typeof MEDIA_KINDS)[number], file: CustomerFile): Promise<Record<string, unknown>> {
    const rule = MEDIA[kind];
    const bytes = file.base64 === undefined ? await fetched(file.url!) : Buffer.from(file.base64, 'base64');
    const stored = this.world.files.put(rule.folder, {
      bytes,
      name: file.fileName ?? `${kind}.${rule.extension}`,
      mimeType: file.mimeType ?? rule.mimeType,
    });
    return mediaFields(kind, stored, bytes, {
      ...(file.duration === undefined ? {} : { duration: file.duration }),
      ...(file.emoji === undefined ? {} : { emoji: file.emoji }),
    });
  }

  private entry(messageId: number): ThreadEntry {
    const entry = this.thread.visible(messageId);
    if (entry === undefined) throw new SimulatorError(404, `there is no message ${messageId} in this chat`);
    return entry;
  }

  private seconds(): number {
    return Math.floor(this.world.clock.now() / 1000);
  }
}

async function fetched(url: string): Promise<Buffer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
  if (response?.ok !== true) throw new SimulatorError(422, `${url} could not be fetched`);
  return Buffer.from(await response.arrayBuffer());
}
