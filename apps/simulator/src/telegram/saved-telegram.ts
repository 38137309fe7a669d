import { z } from 'zod';
import type { Bot } from './bot.ts';
import { storedFile } from './file-shelf.ts';
import { phone } from './phone.ts';
import { Thread, type ThreadEntry } from './thread.ts';
import type { PrivateChat, Update } from './types.ts';

const savedThread = z.object({
  chat: z.custom<PrivateChat>(isObject),
  started: z.boolean(),
  blocked: z.boolean(),
  entries: z.array(z.custom<ThreadEntry>(isObject)),
});
const savedUpdate = z.object({
  update: z.custom<Update>(isObject),
  kind: z.enum(['message', 'edited_message', 'callback_query', 'message_reaction', 'my_chat_member']),
  lane: z.string(),
  at: z.number(),
});
const savedBot = z.object({
  id: z.number(),
  threads: z.array(savedThread),
  pending: z.array(savedUpdate),
  nextUpdateId: z.number(),
});

/** What of Telegram survives a restart of the simulator. Tokens and webhooks do not: bots register anew. */
export const savedTelegram = z.object({ phones: z.array(phone), files: z.array(storedFile), bots: z.array(savedBot) });
export type SavedTelegram = z.infer<typeof savedTelegram>;

export function saveBot(bot: Bot): SavedTelegram['bots'][number] {
  return {
    id: bot.user.id,
    nextUpdateId: bot.updates.next,
    threads: [...bot.threads.values()].map((thread) => ({
      chat: thread.chat,
      started: thread.started,
      blocked: thread.blocked,
      entries: thread.all(),
    })),
    pending: [...bot.updates.all()].map(({ update, kind, lane, at }) => ({ update, kind, lane, at })),
  };
}

export function restoreBot(bot: Bot, saved: SavedTelegram['bots'][number]): void {
  for (const { chat, started, blocked, entries } of saved.threads) {
    const thread = new Thread(chat);
    thread.started = started;
    thread.blocked = blocked;
    for (const entry of entries) thread.put(entry);
    bot.threads.set(chat.id, thread);
  }
  for (const pending of saved.pending)
    bot.updates.restore({ ...pending, onConfirmed: () => markDelivered(bot, pending.update) });
  bot.updates.startAt(saved.nextUpdateId);
}

function markDelivered(bot: Bot, update: Update): void {
  const message = (update['message'] ?? update['edited_message']) as
    { chat: { id: number }; message_id: number } | undefined;
  const thread = message === undefined ? undefined : bot.threads.get(message.chat.id);
  const entry = message === undefined ? undefined : thread?.get(message.message_id);
  if (thread === undefined || entry === undefined) return;
  entry.delivered = true;
  bot.show(thread, entry);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
