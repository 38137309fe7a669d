import type { ConversationDetail, ConversationRow, Me, TimelineEntry } from '../../libs/contracts/src/api.ts';

/** A page waits longer than the server thinks about a click, and not for ever. */
const PATIENCE_MS = 20_000;

/** The inbox API as an agent's client uses it. */
export class InboxClient {
  private cookie = '';
  private csrf = '';
  private readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  async logIn(email: string, password: string): Promise<Me> {
    const { response, body } = await this.call('POST', '/api/session', { email, password });
    if (response.status >= 300)
      throw new Error(`log-in of ${email} answered ${response.status}: ${JSON.stringify(body)}`);
    this.cookie = (response.headers.getSetCookie()[0] ?? '').split(';')[0]!;
    this.csrf = (body as Me).csrf;
    return body as Me;
  }

  async call(method: string, path: string, payload?: unknown): Promise<{ response: Response; body: unknown }> {
    const response = await this.request(method, path, payload === undefined ? undefined : JSON.stringify(payload));
    const text = await response.text();
    return { response, body: text === '' ? undefined : JSON.parse(text) };
  }

  /** Sends a body as it is, for requests that no client of ours would make. */
  async raw(
    method: string,
    path: string,
    text: string,
    type: string,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; text: string; headers: Headers }> {
    const response = await this.request(method, path, text, { 'content-type': type, ...headers });
    return { status: response.status, text: await response.text(), headers: response.headers };
  }

  private request(
    method: string,
    path: string,
    body: string | undefined,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    return fetch(`${this.url}${path}`, {
      method,
      signal: AbortSignal.timeout(PATIENCE_MS),
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.cookie === '' ? {} : { cookie: this.cookie }),
        ...(this.csrf === '' ? {} : { 'x-csrf-token': this.csrf }),
        origin: this.url,
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
  }

  async get<T>(path: string): Promise<T> {
    const { response, body } = await this.call('GET', path);
    if (response.status !== 200) throw new Error(`GET ${path} answered ${response.status}: ${JSON.stringify(body)}`);
    return body as T;
  }

  async conversations(view = 'all'): Promise<ConversationRow[]> {
    const all: ConversationRow[] = [];
    let after: string | undefined;
    do {
      const page: { items: ConversationRow[]; next?: string } = await this.get(
        `/api/conversations?view=${view}&limit=100${after === undefined ? '' : `&after=${encodeURIComponent(after)}`}`,
      );
      all.push(...page.items);
      after = page.next;
    } while (after !== undefined);
    return all;
  }

  conversation(id: string): Promise<ConversationDetail> {
    return this.get(`/api/conversations/${id}`);
  }

  /** Oldest first, all pages. */
  async timeline(id: string): Promise<TimelineEntry[]> {
    const all: TimelineEntry[] = [];
    let after: string | undefined;
    do {
      const page: { items: TimelineEntry[]; next?: string } = await this.get(
        `/api/conversations/${id}/timeline?limit=100${after === undefined ? '' : `&after=${encodeURIComponent(after)}`}`,
      );
      all.push(...page.items);
      after = page.next;
    } while (after !== undefined);
    return all.reverse();
  }
}
