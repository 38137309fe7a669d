import { randomBytes } from 'node:crypto';
import { WebSocket } from 'ws';

/** One message as the visitor's page has it. */
export interface VisitorEntry {
  n: number;
  from: 'shop' | 'visitor';
  at: number;
  text: string;
  id?: string;
}

const PATIENCE_MS = 8000;
const RECONNECT_MS = 200;

/** A customer on the web chat, who remembers: what was said and acknowledged, and what came over the socket, each as it came. */
export class Visitor {
  id = '';
  /** Everything that came live, in the order in which it came. */
  readonly live: VisitorEntry[] = [];
  private token = '';
  private cursor = 0;
  private socket: WebSocket | undefined;
  private closed = false;
  private readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  async arrive(): Promise<void> {
    const { visitorId, token } = (await this.ask('POST', '/session')) as { visitorId: string; token: string };
    this.id = visitorId;
    this.token = token;
    this.connect();
  }

  newId(): string {
    return randomBytes(9).toString('base64url');
  }

  /** Resolves when the shop has taken the message; rejects when that is not known. The same id again is the same message. */
  async say(id: string, text: string): Promise<number> {
    const { n } = (await this.ask('POST', '/messages', { id, text, locale: 'id' })) as { n: number };
    return n;
  }

  /** Acknowledges everything that came live. Resolves with the number up to which it counts. */
  async seen(state: 'delivered' | 'read'): Promise<number | undefined> {
    const upTo = this.live.filter((entry) => entry.from === 'shop').at(-1)?.n;
    if (upTo !== undefined) await this.ask('POST', '/receipts', { state, upTo });
    return upTo;
  }

  /** The whole conversation as the shop keeps it for this visitor. */
  async thread(): Promise<VisitorEntry[]> {
    const all: VisitorEntry[] = [];
    for (;;) {
      // One known entry is asked for again, since asking for nothing new waits for it.
      const after = Math.max(0, (all.at(-1)?.n ?? 0) - 1);
      const { entries } = (await this.ask('GET', `/messages?after=${after}`)) as { entries: VisitorEntry[] };
      const fresh = entries.filter(({ n }) => n > (all.at(-1)?.n ?? 0));
      if (fresh.length === 0) return all;
      all.push(...fresh);
    }
  }

  leave(): void {
    this.closed = true;
    this.socket?.terminate();
  }

  private connect(): void {
    if (this.closed) return;
    const url = `${this.url.replace('http', 'ws')}/socket?token=${this.token}&after=${this.cursor}`;
    const socket = new WebSocket(url, { handshakeTimeout: 3000 });
    this.socket = socket;
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as VisitorEntry & { type: string };
      if (frame.type !== 'entry') return;
      this.live.push(frame);
      this.cursor = Math.max(this.cursor, frame.n);
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => setTimeout(() => this.connect(), RECONNECT_MS).unref());
  }

  private async ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      signal: AbortSignal.timeout(PATIENCE_MS),
      headers: {
        ...(this.token === '' ? {} : { authorization: `Bearer ${this.token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`web chat: ${method} ${path} answered ${response.status}: ${text.slice(0, 200)}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}
