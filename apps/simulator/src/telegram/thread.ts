import type { Message, PrivateChat, ReactionType } from './types.ts';

/** One bubble of a chat as the phone shows it. */
export interface ThreadEntry {
  by: 'customer' | 'bot';
  /** Epoch milliseconds. */
  at: number;
  message: Message;
  /** The bot's server has taken the update. Only for the customer's own. */
  delivered?: boolean;
  deleted?: boolean;
  reactions: { customer: ReactionType[]; bot: ReactionType[] };
}

/** The private chat between one customer and one bot. Message ids count within it. */
export class Thread {
  readonly chat: PrivateChat;
  /** A bot may write only after the customer has. */
  started = false;
  /** The customer has blocked the bot. */
  blocked = false;
  private readonly entries = new Map<number, ThreadEntry>();
  private nextId = 1;
  constructor(chat: PrivateChat) {
    this.chat = chat;
  }

  takeId(): number {
    return this.nextId++;
  }

  put(entry: ThreadEntry): void {
    this.entries.set(entry.message.message_id, entry);
    this.nextId = Math.max(this.nextId, entry.message.message_id + 1);
  }

  get(id: number): ThreadEntry | undefined {
    return this.entries.get(id);
  }

  /** Undefined also for a message that was deleted. */
  visible(id: number | undefined): ThreadEntry | undefined {
    const entry = id === undefined ? undefined : this.entries.get(id);
    return entry?.deleted === true ? undefined : entry;
  }

  all(): ThreadEntry[] {
    return [...this.entries.values()];
  }
}
