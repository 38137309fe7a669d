import type { TimelineEntry } from '../../libs/contracts/src/api.ts';
import type { TruthEntry } from '../harness/simulator.ts';

/** What the provider knows about one chat, in its order. */
export interface ChatTruth {
  /** Texts the customer wrote. */
  said: string[];
  /** Texts the customer got. */
  got: string[];
}

/** The provider's ground truth by chat. */
export function truthByChat(truth: readonly TruthEntry[]): Map<number, ChatTruth> {
  const chats = new Map<number, ChatTruth>();
  const chatOf = (id: number): ChatTruth => {
    const chat = chats.get(id) ?? { said: [], got: [] };
    chats.set(id, chat);
    return chat;
  };
  for (const entry of truth) {
    if (entry.kind === 'update') {
      const { message } = entry['update'] as { message?: { chat: { id: number }; text: string } };
      if (message !== undefined) chatOf(message.chat.id).said.push(message.text);
    } else if (entry.kind === 'sent' && typeof (entry['body'] as { text?: unknown }).text === 'string') {
      chatOf(entry['chat'] as number).got.push((entry['body'] as { text: string }).text);
    }
  }
  return chats;
}

/** Updates whose delivery was answered with 2xx at least once. */
export function acknowledged(truth: readonly TruthEntry[]): Set<number> {
  return new Set(
    truth
      .filter((entry) => entry.kind === 'webhook-answer' && Math.floor(Number(entry['status'] ?? 0) / 100) === 2)
      .map((entry) => entry['updateId'] as number),
  );
}

/**
 * Breaches of "nothing lost, nothing doubled, nothing reordered" in one chat, in words; empty when there are none. One message
 * of a chat is on its way at a time, so every kill may leave one outcome unknown.
 */
export function breaches(chat: string, truth: ChatTruth, timeline: readonly TimelineEntry[], kills = 1): string[] {
  const messages = timeline.filter((entry) => entry.kind === 'message');
  const shown = messages.filter((entry) => entry.direction === 'in').map((entry) => entry.text);
  const found: string[] = [];
  if (JSON.stringify(shown) !== JSON.stringify(truth.said)) {
    found.push(`${chat}: said ${JSON.stringify(truth.said)}, shown ${JSON.stringify(shown)}`);
  }
  const out = messages.filter((entry) => entry.direction === 'out');
  return [...found, ...deliveryBreaches(chat, truth.got, out, kills)];
}

/** What the customer got is what the timeline shows as sent, in that order; only what is shown as unknown may be missing. */
function deliveryBreaches(
  chat: string,
  got: readonly string[],
  out: readonly TimelineEntry[],
  kills: number,
): string[] {
  const found: string[] = [];
  let next = 0;
  for (const { text, status } of out) {
    if (!['sent', 'delivered', 'read', 'unknown'].includes(status ?? '')) found.push(`${chat}: "${text}" is ${status}`);
    if (got[next] === text) next += 1;
    else if (status !== 'unknown')
      found.push(
        `${chat}: "${text}" is shown as ${status}, but the customer got ${JSON.stringify(got[next])} at that place`,
      );
  }
  if (next < got.length)
    found.push(
      `${chat}: the customer got what is not shown, or twice, or out of order: ${JSON.stringify(got.slice(next))}`,
    );
  const unknown = out.filter((entry) => entry.status === 'unknown').length;
  if (unknown > kills)
    found.push(
      `${chat}: ${unknown} messages are unknown after ${kills} kills, where one at most is on its way at a time`,
    );
  return found;
}
