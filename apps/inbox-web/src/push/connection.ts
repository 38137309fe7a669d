import type { PushMessage } from '../api/types.ts';

type Doing = 'viewing' | 'typing' | 'left';
export type PushState = 'connecting' | 'open' | 'down';

export interface ConnectionParts {
  open(): WebSocket;
  onMessage(message: PushMessage): void;
  onState(state: PushState): void;
}

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;
const PING_EVERY = 25_000;

/** Keeps one push socket up: backs off with jitter, pings so that proxies keep it, and says again what is being viewed. */
export class PushConnection {
  #socket: WebSocket | undefined;
  #wait = FIRST_WAIT;
  #timer: number | undefined;
  #ping: number | undefined;
  #wasOpen = false;
  #stopped = true;
  #watching: string | undefined;

  constructor(private readonly parts: ConnectionParts) {}

  start(): void {
    this.#stopped = false;
    this.#connect();
    window.addEventListener('online', this.connectNow);
  }

  stop(): void {
    this.#stopped = true;
    window.removeEventListener('online', this.connectNow);
    window.clearTimeout(this.#timer);
    window.clearInterval(this.#ping);
    this.#socket?.close();
    this.#socket = undefined;
  }

  /** Skips what is left of the wait. */
  connectNow = (): void => {
    if (this.#stopped || this.#socket !== undefined) return;
    this.#wait = FIRST_WAIT;
    this.#connect();
  };

  watch(conversationId: string, doing: Doing): void {
    this.#watching = doing === 'left' ? undefined : conversationId;
    this.#say({ type: 'watch', conversationId, doing });
  }

  #say(request: { type: 'ping' } | { type: 'watch'; conversationId: string; doing: Doing }): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(request));
  }

  #connect(): void {
    window.clearTimeout(this.#timer);
    const socket = this.parts.open();
    this.#socket = socket;
    if (!this.#wasOpen) this.parts.onState('connecting');
    socket.addEventListener('open', () => {
      this.#wait = FIRST_WAIT;
      this.parts.onState('open');
      this.#wasOpen = true;
      if (this.#watching !== undefined) this.watch(this.#watching, 'viewing');
      this.#ping = window.setInterval(() => this.#say({ type: 'ping' }), PING_EVERY);
    });
    socket.addEventListener('message', (event) => this.parts.onMessage(JSON.parse(String(event.data)) as PushMessage));
    socket.addEventListener('close', () => this.#lost(socket));
  }

  #lost(socket: WebSocket): void {
    window.clearInterval(this.#ping);
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    if (this.#stopped) return;
    this.parts.onState('down');
    this.#timer = window.setTimeout(() => this.#connect(), this.#wait * (0.75 + Math.random() / 2));
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
  }
}
