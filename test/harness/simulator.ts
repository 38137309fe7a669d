import { until } from './until.ts';

export interface PhoneEntry {
  by: 'customer' | 'bot';
  at: number;
  message: { message_id: number; text?: string };
}

export interface TruthEntry {
  n: number;
  t: number;
  kind: 'sent' | 'update' | 'webhook-answer';
  [more: string]: unknown;
}

/** The simulator's control API: plays the customers and tells the truth about what was sent. */
export class Simulator {
  private bot = '';
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  async call<T>(method: string, path: string, payload?: unknown): Promise<T> {
    const response = await fetch(`${this.url}/sim/api${path}`, {
      method,
      ...(payload === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(payload) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`simulator: ${method} ${path} answered ${response.status}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  async webhookRegistered(): Promise<void> {
    await until('the connector has registered its webhook', async () => {
      const bots = await this.call<{ id: number; username: string; webhook: { url: string } }[]>(
        'GET',
        '/telegram/bots',
      );
      this.bot = String(bots[0]?.id ?? '');
      return (bots[0]?.webhook.url ?? '') !== '';
    });
  }

  addPhone(phone: { id: number; name: string; languageCode?: string; country?: string }): Promise<unknown> {
    return this.call('POST', '/telegram/phones', phone);
  }

  say(phone: number, text: string): Promise<unknown> {
    return this.call('POST', `/telegram/${this.bot}/phones/${phone}/messages`, { text });
  }

  edit(phone: number, message: number, text: string): Promise<unknown> {
    return this.call('PATCH', `/telegram/${this.bot}/phones/${phone}/messages/${message}`, { text });
  }

  /** The customer's reaction to a message of either side; none takes it back. */
  react(phone: number, message: number, emojis: string[]): Promise<unknown> {
    return this.call('PUT', `/telegram/${this.bot}/phones/${phone}/messages/${message}/reaction`, { emojis });
  }

  batch(messages: { phone: number; text: string }[]): Promise<unknown> {
    return this.call('POST', `/telegram/${this.bot}/batch`, { messages });
  }

  /** Turns the knobs of the provider; what is not named stays. */
  async knobs(knobs: Record<string, unknown>): Promise<void> {
    await this.call('PUT', '/knobs', knobs);
  }

  async thread(phone: number): Promise<PhoneEntry[]> {
    const { entries } = await this.call<{ entries: PhoneEntry[] }>(
      'GET',
      `/telegram/${this.bot}/phones/${phone}/thread`,
    );
    return entries;
  }

  /** What the customer reads, oldest first. */
  async replies(phone: number): Promise<string[]> {
    return (await this.thread(phone)).filter((entry) => entry.by === 'bot').map((entry) => entry.message.text ?? '');
  }

  async truth(kind?: TruthEntry['kind']): Promise<TruthEntry[]> {
    const { entries } = await this.call<{ entries: TruthEntry[] }>(
      'GET',
      `/log?limit=1000000${kind === undefined ? '' : `&kind=${kind}`}`,
    );
    return entries;
  }
}
