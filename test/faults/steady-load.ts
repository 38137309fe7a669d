import type { TimelineEntry } from '../../libs/contracts/src/api.ts';
import type { InboxClient } from '../harness/inbox-client.ts';
import type { Simulator } from '../harness/simulator.ts';
import { until } from '../harness/until.ts';
import { acknowledged, breaches, truthByChat } from './audit.ts';

export interface SteadyLoadOptions {
  simulator: Simulator;
  agent: InboxClient;
  chats: number;
  firstChat: number;
  /** Messages of customers, all chats together. */
  perSecond: number;
  /** Answers of the agent, all chats together. */
  repliesPerSecond: number;
}

const TICK_MS = 100;

/** When the customer wrote (epoch milliseconds), and how long it took until that was decided. */
export interface Wait {
  at: number;
  ms: number;
}

/** Customers who write and an agent who answers, at a steady rate, until told to stop; then an audit of what became of it. */
export class SteadyLoad {
  private said = 0;
  private answered = 0;
  private running: Promise<unknown> = Promise.resolve();
  private stopped = false;
  private readonly chats: number[];

  constructor(private readonly options: SteadyLoadOptions) {
    this.chats = Array.from({ length: options.chats }, (_, i) => options.firstChat + i);
  }

  async start(): Promise<void> {
    for (const id of this.chats)
      await this.options.simulator.addPhone({ id, name: `Penonton ${id}`, languageCode: 'id', country: 'ID' });
    this.running = Promise.all([this.customers(), this.replies()]);
    this.running.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  private async customers(): Promise<void> {
    const { simulator, perSecond } = this.options;
    const started = Date.now();
    while (!this.stopped) {
      const due = Math.floor(((Date.now() - started) / 1000) * perSecond) - this.said;
      const messages = Array.from({ length: due }, (_, i) => ({
        phone: this.chats[(this.said + i) % this.chats.length]!,
        text: `Halo kak, pesan nomor ${this.said + i}`,
      }));
      if (due > 0) await simulator.batch(messages);
      this.said += due;
      await pause(TICK_MS);
    }
  }

  /** One chat after another; a chat's next answer is given when its last one was accepted. */
  private async replies(): Promise<void> {
    const { agent, repliesPerSecond } = this.options;
    const started = Date.now();
    const busy = new Set<string>();
    const open: Promise<void>[] = [];
    for (let n = 0; !this.stopped; n += 1) {
      const rows = await agent.conversations().catch(() => []);
      const row = rows.length === 0 ? undefined : rows.toSorted(byKey)[n % rows.length];
      if (row !== undefined && !busy.has(row.id)) {
        busy.add(row.id);
        this.answered += 1;
        open.push(
          this.reply(row.id, `steady-load-${n}`, `Baik Kak, jawaban nomor ${n}`).finally(() => busy.delete(row.id)),
        );
      }
      await pause(Math.max(0, started + ((n + 1) * 1000) / repliesPerSecond - Date.now()));
    }
    await Promise.all(open);
  }

  /** As a client that does not know whether its click arrived: the same command again until it is accepted. */
  private async reply(conversationId: string, commandId: string, final: string): Promise<void> {
    const path = `/api/conversations/${conversationId}/messages`;
    await until(
      `"${final}" is accepted`,
      async () => {
        const answer = await this.options.agent
          .call('POST', path, { commandId, text: '', final })
          .catch(() => undefined);
        if (answer === undefined || answer.response.status === 503) return false;
        if (answer.response.status !== 202)
          throw new Error(`"${final}" was answered ${answer.response.status}: ${JSON.stringify(answer.body)}`);
        return true;
      },
      60_000,
    );
  }

  /** All is acknowledged and shown, and nothing is on its way to the provider. */
  async quiet(): Promise<Map<number, TimelineEntry[]>> {
    let shown = new Map<number, TimelineEntry[]>();
    let count = '';
    await until(
      'both streams are quiet',
      async () => {
        const accepted = acknowledged(await this.options.simulator.truth('webhook-answer')).size;
        shown = await this.timelines();
        const all = [...shown.values()].flat().filter((entry) => entry.kind === 'message');
        const out = all.filter((entry) => entry.direction === 'out' && entry.by.kind === 'agent');
        const waiting = all.filter((entry) => entry.status === 'queued' || entry.status === 'released').length;
        const inbound = all.filter((entry) => entry.direction === 'in').length;
        count = `${accepted} accepted, ${inbound} of ${this.said} in, ${out.length} of ${this.answered} out, ${waiting} waiting`;
        return accepted >= this.said && inbound >= this.said && out.length >= this.answered && waiting === 0;
      },
      90_000,
      1000,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${count}`);
    });
    return shown;
  }

  /** What was broken of the promise, in words. `unknowns`: messages of a chat whose outcome may be unknown. */
  async audit(unknowns: number): Promise<{ found: string[]; said: number; answered: number; waits: Wait[] }> {
    const shown = await this.quiet();
    const truth = await this.options.simulator.truth();
    const byChat = truthByChat(truth);
    const found = this.chats.flatMap((chat) =>
      breaches(String(chat), byChat.get(chat) ?? { said: [], got: [] }, shown.get(chat) ?? [], unknowns),
    );
    const answers = truth.filter((entry) => entry.kind === 'webhook-answer').map((entry) => entry['status']);
    const wrong = answers.filter((status) => Number(status) >= 500 && status !== 503);
    if (wrong.length > 0) found.push(`the provider was answered ${JSON.stringify([...new Set(wrong)])}`);
    return { found, said: this.said, answered: this.answered, waits: waitsOf(truth, shown) };
  }

  private async timelines(): Promise<Map<number, TimelineEntry[]>> {
    const { agent } = this.options;
    const rows = await agent.conversations();
    const all = new Map<number, TimelineEntry[]>();
    for (const { id, key } of rows) all.set(Number(key.split(':')[2]), await agent.timeline(id));
    return all;
  }
}

/** How long each message took from the customer to its place in the timeline. */
function waitsOf(
  truth: readonly { t: number; kind: string; [more: string]: unknown }[],
  shown: ReadonlyMap<number, readonly TimelineEntry[]>,
): Wait[] {
  const saidAt = new Map<string, number>();
  for (const entry of truth) {
    const message = (entry['update'] as { message?: { text?: string } } | undefined)?.message;
    if (entry.kind === 'update' && message?.text !== undefined) saidAt.set(message.text, entry.t);
  }
  return [...shown.values()].flat().flatMap((entry) => {
    const at = entry.direction === 'in' ? saidAt.get(entry.text) : undefined;
    return at === undefined ? [] : [{ at, ms: entry.at - at }];
  });
}

/** In words: the quantiles of the waits of messages said between two moments. */
export function waitsIn(waits: readonly Wait[], from = 0, to = Number.MAX_SAFE_INTEGER): string {
  const sorted = waits
    .filter(({ at }) => at >= from && at < to)
    .map(({ ms }) => ms)
    .toSorted((a, b) => a - b);
  const quantile = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
  return `p50 ${quantile(0.5)} ms, p90 ${quantile(0.9)} ms, longest ${quantile(1)} ms`;
}

const byKey = (a: { key: string }, b: { key: string }): number => (a.key < b.key ? -1 : 1);

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
