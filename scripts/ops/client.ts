import type { ApiError, Me } from '../../libs/contracts/src/api.ts';
import { Refusal, type Terminal, UsageError } from './terminal.ts';

const DEFAULT_URL = 'http://127.0.0.1:3000';

/** The inbox's API with an operator's session. */
export class Client {
  private cookie = '';
  private csrf = '';
  private readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** Throws {@link UsageError} without an address or a log-in, {@link Refusal} when the log-in is refused. */
  static async logIn({ env, ask }: Terminal): Promise<Client> {
    const url = env['SEAWAY_URL'] ?? DEFAULT_URL;
    if (!URL.canParse(url))
      throw new UsageError(`SEAWAY_URL: expected an address such as ${DEFAULT_URL}, got "${url}".`);
    const value = async (name: string, question: string, hidden: boolean): Promise<string> => {
      const given = env[name] ?? (await ask?.(question, hidden));
      if (given === undefined || given === '')
        throw new UsageError(
          `Set SEAWAY_OPS_EMAIL and SEAWAY_OPS_PASSWORD to the log-in of an admin: ${name} is missing.`,
        );
      return given;
    };
    const client = new Client(new URL(url).origin);
    const email = await value('SEAWAY_OPS_EMAIL', 'E-mail', false);
    const password = await value('SEAWAY_OPS_PASSWORD', 'Password', true);
    client.csrf = (await client.call<Me>('POST', '/api/session', { email, password })).csrf;
    return client;
  }

  async logOut(): Promise<void> {
    await this.call('DELETE', '/api/session').catch(() => undefined);
  }

  get<T>(path: string, query: Readonly<Record<string, string | number | undefined>> = {}): Promise<T> {
    const given = Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    );
    return this.call<T>(
      'GET',
      given.length === 0 ? path : `${path}?${new URLSearchParams(given as [string, string][])}`,
    );
  }

  post<T>(path: string, body: unknown): Promise<T> {
    return this.call<T>('POST', path, body);
  }

  /** Like `get`, and undefined for what is not there. */
  async find<T>(path: string): Promise<T | undefined> {
    try {
      return await this.get<T>(path);
    } catch (error) {
      if (error instanceof Refusal && error.cause === 404) return undefined;
      throw error;
    }
  }

  private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    let response: Response;
    try {
      response = await fetch(this.url + path, {
        method,
        headers: {
          accept: 'application/json',
          ...(this.cookie === '' ? {} : { cookie: this.cookie }),
          ...(this.csrf === '' ? {} : { 'x-csrf-token': this.csrf }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      const cause = (error as { cause?: Error }).cause?.message ?? (error as Error).message;
      throw new Refusal(
        `The inbox at ${this.url} cannot be reached (${cause}). Is it running, and is SEAWAY_URL right?`,
      );
    }
    const [set] = response.headers.getSetCookie();
    if (set !== undefined) this.cookie = set.split(';', 1)[0]!;
    const text = await response.text();
    if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as T;
    throw new Refusal(messageOf(text) ?? `${method} ${path} answered ${response.status}.`, { cause: response.status });
  }
}

function messageOf(text: string): string | undefined {
  try {
    return (JSON.parse(text) as Partial<ApiError>).error?.message;
  } catch {
    return undefined;
  }
}
