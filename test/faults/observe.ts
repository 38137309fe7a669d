import type { ConversationRow } from '../../libs/contracts/src/api.ts';
import type { InboxClient } from '../harness/inbox-client.ts';
import type { TruthEntry } from '../harness/simulator.ts';
import { acknowledged } from './audit.ts';
import type { Customers } from './customers.ts';
import type { Customer, Said, Shown } from './observation.ts';

interface Message {
  message_id: number;
  chat: { id: number };
  text: string;
}

interface Update {
  update_id: number;
  message?: Message;
  edited_message?: Message;
  message_reaction?: { chat: { id: number }; message_id: number; new_reaction: { emoji: string }[] };
}

/**
 * Telegram's truth by conversation: an edit changes the words of what was said, and counts as accepted with its own update; so does a
 * reaction. `deleted`: `<chat>:<message>` of what was taken back.
 */
export function telegramCustomers(truth: readonly TruthEntry[], deleted: ReadonlySet<string> = new Set()): Customer[] {
  const taken = acknowledged(truth);
  const customers = new Map<number, Customer>();
  const said = new Map<string, Said>();
  const of = (chat: number): Customer => {
    const known = customers.get(chat) ?? { key: `telegram:shop:${chat}`, said: [], got: [] };
    customers.set(chat, known);
    return known;
  };
  for (const entry of truth) {
    if (entry.kind === 'sent' && typeof (entry['body'] as { text?: unknown }).text === 'string')
      of(entry['chat'] as number).got.push((entry['body'] as { text: string }).text);
    if (entry.kind !== 'update') continue;
    const update = entry['update'] as Update;
    const accepted = taken.has(update.update_id);
    const { message_reaction: reaction } = update;
    if (reaction !== undefined) {
      const one = said.get(`${reaction.chat.id}:${reaction.message_id}`)!;
      one.reactions = reaction.new_reaction.map(({ emoji }) => emoji);
      one.accepted &&= accepted;
    }
    const message = update.message ?? update.edited_message;
    if (message === undefined) continue;
    const id = `${message.chat.id}:${message.message_id}`;
    if (update.message !== undefined) {
      const one: Said = { text: message.text, accepted, deleted: deleted.has(id) };
      said.set(id, one);
      of(message.chat.id).said.push(one);
    } else {
      const one = said.get(id)!;
      one.text = message.text;
      one.accepted &&= accepted;
    }
  }
  return [...customers.values()];
}

/** The web chat's truth: what visitors remember, and what their threads hold. Differences between the two are said in words. */
export async function webchatCustomers(customers: Customers): Promise<{ customers: Customer[]; odd: string[] }> {
  const odd: string[] = [];
  const found = await Promise.all(
    customers.visitors.map(async (visitor): Promise<Customer> => {
      const thread = await visitor.thread();
      const said = customers.saidByVisitor.get(visitor.id)!;
      const own = thread.filter(({ from }) => from === 'visitor').map(({ text }) => text);
      const wanted = said.filter(({ accepted }) => accepted).map(({ text }) => text);
      if (JSON.stringify(own) !== JSON.stringify(wanted))
        odd.push(
          `webchat:shop:${visitor.id}: said ${wanted.length}, the thread has ${own.length}: ${difference(wanted, own)}`,
        );
      const live = visitor.live.map(({ n }) => n);
      if (live.some((n, i) => i > 0 && n !== live[i - 1]! + 1))
        odd.push(`webchat:shop:${visitor.id}: entries came live as ${live.join(' ')}`);
      const fromShop = thread.filter(({ from }) => from === 'shop');
      return {
        key: `webchat:shop:${visitor.id}`,
        said,
        acknowledged: customers.receipts
          .get(visitor.id)!
          .flatMap(({ state, upTo }) => fromShop.filter(({ n }) => n <= upTo).map(({ text }) => ({ text, state }))),
        got: fromShop.map(({ text }) => text),
      };
    }),
  );
  return { customers: found, odd };
}

function difference(wanted: readonly string[], own: readonly string[]): string {
  const at = wanted.findIndex((text, i) => text !== own[i]);
  return `from ${JSON.stringify(wanted[at] ?? null)} against ${JSON.stringify(own[at] ?? own.at(-1) ?? null)}`;
}

/** Every conversation as the inbox shows it, closed ones too. */
export async function shownBy(agent: InboxClient): Promise<Shown[]> {
  const rows = new Map<string, ConversationRow>();
  for (const view of ['all', 'closed']) for (const row of await agent.conversations(view)) rows.set(row.id, row);
  return Promise.all(
    [...rows.values()].map(async ({ id, key, channel, language, region, preview }) => ({
      key,
      channel,
      language: language.lang,
      region: { groups: region.groups, ...(region.country === undefined ? {} : { country: region.country }) },
      preview: preview.text,
      timeline: await agent.timeline(id),
    })),
  );
}

/** What still keeps the run from being over, in words; empty when nothing does. */
export function unrest(customers: readonly Customer[], shown: readonly Shown[]): string {
  const by = new Map(shown.map((one) => [one.key, one]));
  let missing = 0;
  let waiting = 0;
  let reacting = 0;
  for (const { key, said } of customers) {
    const entries = new Map(by.get(key)?.timeline.map((entry) => [entry.text, entry]));
    missing += said.filter(({ text, deleted }) => entries.has(text) === (deleted === true)).length;
    reacting += said.filter(({ text, deleted, reactions }) => {
      const there = entries.get(text)?.reactions.flatMap(({ emoji }) => emoji);
      return deleted !== true && reactions !== undefined && String(there) !== String(reactions);
    }).length;
  }
  for (const { timeline } of shown)
    waiting += timeline.filter((entry) => entry.status === 'queued' || entry.status === 'released').length;
  return missing + waiting + reacting === 0
    ? ''
    : `${missing} messages are not shown, ${waiting} have no outcome, ${reacting} lack a reaction`;
}
