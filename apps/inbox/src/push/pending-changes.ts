import type { ConversationId, FeedEvent } from '#libs/contracts';

/** What happened to one conversation since the last push about it. */
export interface Change {
  conversationId: ConversationId;
  at: number;
  what: Set<string>;
  messageIds: Set<string>;
  /** Languages of translations that arrived. */
  langs: Set<string>;
  /** Nothing but translations: of interest only to those who read these languages. */
  onlyTranslations: boolean;
}

/** Gathers feed events by conversation, so that a burst is one push. */
export class PendingChanges {
  private waiting = new Map<ConversationId, Change>();

  add(event: FeedEvent): void {
    if (event.type === 'command.refused') return;
    const change = this.waiting.get(event.conversationId) ?? fresh(event.conversationId);
    this.waiting.set(event.conversationId, change);
    change.at = Math.max(change.at, event.at);
    change.what.add(event.type);
    if ('messageId' in event && typeof event.messageId === 'string') change.messageIds.add(event.messageId);
    if (event.type === 'message.translated') change.langs.add(event.lang);
    else change.onlyTranslations = false;
  }

  get size(): number {
    return this.waiting.size;
  }

  /** Takes everything out. */
  take(): Change[] {
    const taken = [...this.waiting.values()];
    this.waiting = new Map();
    return taken;
  }
}

const fresh = (conversationId: ConversationId): Change => ({
  conversationId,
  at: 0,
  what: new Set(),
  messageIds: new Set(),
  langs: new Set(),
  onlyTranslations: true,
});
