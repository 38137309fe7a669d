import type { ApiError, PushMessage } from '#libs/contracts';
import { WebSocket } from 'ws';

export interface Answer<T> {
  status: number;
  headers: Headers;
  body: T & Partial<ApiError>;
}

/** A browser as far as the API can tell: keeps the cookie, sends the CSRF token. */
export class TestPage {
  cookie = '';
  csrf = '';

  constructor(readonly url: string) {}

  async request<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(this.cookie === '' ? {} : { cookie: this.cookie }),
        ...(method === 'GET' || this.csrf === '' ? {} : { 'x-csrf-token': this.csrf }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const set = response.headers.get('set-cookie');
    if (set !== null) this.cookie = set.split(';', 1)[0]!;
    const text = await response.text();
    const json = text !== '' && response.headers.get('content-type')?.includes('json') === true;
    return {
      status: response.status,
      headers: response.headers,
      body: (json ? JSON.parse(text) : text) as T & Partial<ApiError>,
    };
  }

  get<T = Record<string, unknown>>(path: string): Promise<Answer<T>> {
    return this.request<T>('GET', path);
  }

  post<T = Record<string, unknown>>(path: string, body: unknown): Promise<Answer<T>> {
    return this.request<T>('POST', path, body);
  }

  /** Resolves when the socket has said hello. */
  async push(headers: Record<string, string> = {}): Promise<TestSocket> {
    const socket = new TestSocket(
      new WebSocket(`${this.url.replace('http', 'ws')}/api/push`, { headers: { cookie: this.cookie, ...headers } }),
    );
    await socket.next('hello');
    return socket;
  }
}

/** A push socket that remembers what came and lets a test wait for more. */
export class TestSocket {
  readonly all: PushMessage[] = [];
  readonly closed: Promise<number>;
  private waiting: { wanted: (message: PushMessage) => boolean; found: (message: PushMessage) => void }[] = [];

  constructor(readonly socket: WebSocket) {
    this.closed = new Promise((resolve) => socket.on('close', resolve));
    socket.on('error', () => undefined);
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as PushMessage;
      this.all.push(message);
      for (const one of this.waiting.filter(({ wanted }) => wanted(message))) {
        this.waiting = this.waiting.filter((other) => other !== one);
        one.found(message);
      }
    });
  }

  /** The first message of this type that satisfies `also`, past or to come. */
  async next<T extends PushMessage['type']>(
    type: T,
    also: (message: Extract<PushMessage, { type: T }>) => boolean = () => true,
  ): Promise<Extract<PushMessage, { type: T }>> {
    const wanted = (message: PushMessage): boolean =>
      message.type === type && also(message as Extract<PushMessage, { type: T }>);
    const known = this.all.find(wanted);
    if (known !== undefined) return known as Extract<PushMessage, { type: T }>;
    return new Promise((resolve, reject) => {
      this.waiting.push({ wanted, found: (message) => resolve(message as Extract<PushMessage, { type: T }>) });
      void this.closed.then((code) => reject(new Error(`closed with ${code} before a ${type} came`)));
    });
  }

  say(request: unknown): void {
    this.socket.send(JSON.stringify(request));
  }
}
