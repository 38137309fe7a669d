import type { ConversationRow } from '../../libs/contracts/src/api.ts';
import { InboxClient } from '../harness/inbox-client.ts';
import { AGENTS, PASSWORD } from './bench.ts';
import type { Dice } from './dice.ts';
import type { Ending, History } from './history.ts';

export interface AgentsOptions {
  url: string;
  dice: Dice;
  history: History;
  paceMs: number;
}

/** What must not be said to anybody in South-East Asia; the rules know. */
const FORBIDDEN = 'Penarikan dijamin 100% berhasil';
/** Core refuses the fifty-first that waits for a provider; refusing is right, and not what is tested here. */
const MOST_REPLIES = 40;
const EAGER_REPLIES = 8;
const GIVE_UP_AFTER = 6;

/**
 * The people on duty. A conversation is always handled by one of two hands, so that what one click does to the next is known;
 * each hand uses either person's account.
 */
export class Agents {
  private readonly options: AgentsOptions;
  private readonly clients = new Map<string, InboxClient>();
  private rows: ConversationRow[] = [];
  private readonly replies = new Map<string, number>();
  private stopped = false;
  private acting: Promise<void>[] = [];
  private last = 0;

  constructor(options: AgentsOptions) {
    this.options = options;
    for (const { id } of AGENTS) this.clients.set(id, new InboxClient(options.url));
  }

  get reader(): InboxClient {
    return this.clients.get(AGENTS[0]!.id)!;
  }

  async logIn(): Promise<void> {
    for (const { id, email } of AGENTS) await this.clients.get(id)!.logIn(email, PASSWORD);
  }

  start(): void {
    this.acting = [this.look(), this.hand(0), this.hand(1)];
    // Told by `stop`, and not by an end of the process.
    for (const one of this.acting) one.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.acting);
  }

  private async look(): Promise<void> {
    while (!this.stopped) {
      this.rows = (await this.reader.conversations().catch(() => undefined)) ?? this.rows;
      await pause(500);
    }
  }

  private async hand(number: 0 | 1): Promise<void> {
    const dice = this.options.dice.fork(`hand ${number}`);
    while (!this.stopped) {
      await pause(dice.between(5, this.options.paceMs));
      const mine = this.rows.filter(({ key }) => key.charCodeAt(key.length - 1) % 2 === number);
      if (mine.length > 0) await this.act(dice, dice.pick(mine));
    }
  }

  private async act(dice: Dice, row: ConversationRow): Promise<void> {
    const agent = dice.pick(AGENTS).id;
    const roll = dice.between(0, 100);
    if (roll < 60) {
      // The owner may be somebody else by now, and only the owner may answer.
      if ((await this.click(agent, row, 'take', {})) !== 'ok') return;
      for (let n = dice.between(1, 4); n > 0; n -= 1) await this.reply(agent, row, dice);
    } else if (roll < 75) {
      this.last += 1;
      await this.click(agent, row, 'note', { text: `Catatan ${this.last}` }, 'notes');
    } else if (roll < 82) {
      const to = AGENTS.find(({ id }) => id !== agent)!.id;
      await this.click(agent, row, 'assign', { to: { kind: 'agent', id: to } });
    } else if (roll < 90) {
      await this.click(agent, row, 'assign', { to: { kind: 'bot', id: 'seabot' } });
    } else if (roll < 95) {
      await this.click(agent, row, 'close', {});
    } else {
      await this.click(agent, row, 'assign', { to: { kind: 'queue', id: 'general' } });
    }
  }

  private async reply(agent: string, row: ConversationRow, dice: Dice): Promise<void> {
    const before = this.replies.get(row.key) ?? 0;
    if (before >= MOST_REPLIES || (before >= EAGER_REPLIES && !dice.chance(10))) return;
    this.replies.set(row.key, before + 1);
    this.last += 1;
    const text = dice.chance(12) ? `${FORBIDDEN} ${this.last}` : `Baik Kak, jawaban ${this.last} untuk Kakak`;
    await this.click(agent, row, 'reply', { text, final: text }, 'messages');
  }

  /** Clicks until the answer is certain, and sometimes gives up before: then nobody knows. */
  private async click(
    agent: string,
    row: ConversationRow,
    what: string,
    body: Record<string, unknown>,
    path = what,
  ): Promise<Ending> {
    const { history } = this.options;
    this.last += 1;
    const commandId = `cmd-${this.last}-${history.entries.length}`;
    const done = history.begin(agent, what, {
      key: row.key,
      commandId,
      ...('text' in body ? { text: body['text'] } : {}),
    });
    for (let tries = 1; tries <= GIVE_UP_AFTER; tries += 1) {
      const url = `/api/conversations/${encodeURIComponent(row.id)}/${path}`;
      const request = what === 'reply' ? { ...body, text: '' } : body;
      const answer = await this.clients
        .get(agent)!
        .call('POST', url, { commandId, ...request })
        .catch(() => undefined);
      const status = answer?.response.status ?? 0;
      if (status >= 200 && status < 300) return end(done, 'ok', { tries });
      if (status >= 400 && status < 500)
        return end(done, tries === 1 ? 'fail' : 'unknown', { status, body: answer?.body });
      await pause(500);
    }
    return end(done, 'unknown');
  }
}

function end(
  done: (ending: Ending, more?: Record<string, unknown>) => void,
  ending: Ending,
  more: Record<string, unknown> = {},
): Ending {
  done(ending, more);
  return ending;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
