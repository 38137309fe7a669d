import { Telegram, TelegramError } from 'telegraf';
import type { Opts, Telegram as Methods } from 'telegraf/types';
import { Pool } from 'undici';
import { type Aborting, NoAnswerError, PoolCall } from './pool-call.ts';

/** Longer than a pause between two messages; a server that says how long it keeps connections is believed instead. */
const KEEP_ALIVE_MS = 10_000;

/** By origin: the bots of a process share connections, as many as calls are under way. */
const pools = new Map<string, Pool>();

function poolOf(origin: string): Pool {
  let pool = pools.get(origin);
  if (pool === undefined) {
    pool = new Pool(origin, { keepAliveTimeout: KEEP_ALIVE_MS });
    pools.set(origin, pool);
  }
  return pool;
}

/**
 * telegraf's client on connections of undici, which cost a fraction of node-fetch. Calls that carry a file to upload stay with
 * telegraf. Throws `TelegramError` for what the Bot API answered, `NoAnswerError` when there was no answer that could be read.
 */
export class PooledTelegram extends Telegram {
  private readonly pool: Pool;
  private readonly path: string;
  private readonly headers: Record<string, string>;

  constructor(token: string, { apiRoot }: { apiRoot: string }) {
    super(token, { apiRoot, webhookReply: false });
    const url = new URL(`./bot${token}/`, apiRoot);
    this.pool = poolOf(url.origin);
    this.path = url.pathname;
    this.headers = { 'content-type': 'application/json', ...authorization(url) };
  }

  override async callApi<M extends keyof Methods>(
    method: M,
    payload: Opts<M>,
    options: { signal?: Aborting } = {},
  ): Promise<ReturnType<Methods[M]>> {
    if (Object.values(payload).some(carriesFile)) return super.callApi(method, payload, options as object);
    const call = new PoolCall(options.signal);
    this.pool.dispatch(
      { method: 'POST', path: this.path + method, headers: this.headers, body: JSON.stringify(payload) },
      call,
    );
    const { status, statusText, body } = await call.answer;
    if (status >= 500) throw new TelegramError({ error_code: status, description: statusText }, { method, payload });
    const answer = parsed(body);
    if (!answer.ok) throw new TelegramError(answer as never, { method, payload });
    return answer.result as ReturnType<Methods[M]>;
  }
}

function parsed(body: string): { ok?: unknown; result?: unknown } {
  try {
    const answer: unknown = JSON.parse(body);
    if (typeof answer === 'object' && answer !== null) return answer;
  } catch {
    // Falls through: it is no answer either way.
  }
  throw new NoAnswerError('not_json', true);
}

/** As telegraf tells files from addresses and ids: an object that says where the bytes are. */
function carriesFile(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some((one: unknown) => isFile((one as { media?: unknown } | null)?.media));
  return isFile(value) || isFile((value as { media?: unknown }).media);
}

const isFile = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && ('source' in value || 'url' in value);

/** A Bot API server of one's own may stand behind a name and a password. */
function authorization({ username, password }: URL): { authorization?: string } {
  if (username === '' && password === '') return {};
  const secret = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(secret).toString('base64')}` };
}
