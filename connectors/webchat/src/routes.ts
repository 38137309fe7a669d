import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  type ConnectorContext,
  type HttpReply,
  type Route,
  type RouteRequest,
  SignatureError,
} from '#libs/connector-kit';
import type { WebchatSettings } from './config.ts';
import type { Live } from './live.ts';
import { json, parseAfter } from './parse.ts';
import type { Receiver } from './receive.ts';
import { Allowance, bearerOf, mayEmbed, type Sessions } from './session.ts';
import { refusalOf } from './socket.ts';
import type { Threads } from './thread.ts';

const LONG_POLL_MS = 25_000;
const PAGE = 100;
const STATUS = { invalid: 400, too_fast: 429, unavailable: 503 } as const;
/** New sessions from one address (of the proxy, where there is one). */
const SESSIONS = { burst: 100, perSecond: 20 };
const SAFE = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' };

export interface RoutesOptions {
  context: ConnectorContext<WebchatSettings>;
  sessions: Sessions;
  threads: Threads;
  live: Live;
  receiver: Receiver;
}

/** The HTTP side: sessions, the long-poll way of everything the socket does, the widget and its demo page. */
export function routesOf({ context, sessions, threads, live, receiver }: RoutesOptions): Route[] {
  const { settings, clock } = context;
  const newSessions = new Allowance(SESSIONS);
  const visitorOf = (request: RouteRequest) => sessions.visitorOf(bearerOf(request.headers));

  /** Knows a visitor again, or makes a new one; tells what the widget shows around the conversation. */
  const session = async (request: RouteRequest): Promise<HttpReply> => {
    const { title, greeting } = settings;
    const token = bearerOf(request.headers);
    if (token !== undefined)
      return { status: 200, body: { visitorId: await sessions.visitorOf(token), token, title, greeting } };
    const retryAfterMs = newSessions.take(request.remoteAddress, clock.now());
    if (retryAfterMs > 0) return problem('too_fast', 'Too many new visitors; wait a moment.', retryAfterMs);
    return { status: 201, body: { ...(await sessions.create()), title, greeting } };
  };
  const messages = async (request: RouteRequest): Promise<HttpReply> => {
    const visitor = await visitorOf(request);
    const after = parseAfter(request.query.get('after'));
    const found = await live.wait(threads, visitor, after, { limit: PAGE, ms: LONG_POLL_MS });
    if (found === undefined) return problem('too_fast', 'Too many connections of one visitor.', 5000);
    return { status: 200, body: { entries: found.map(({ key: _key, last: _last, ...entry }) => entry) } };
  };
  const say = async (request: RouteRequest): Promise<HttpReply> => {
    const visitor = await visitorOf(request);
    const taken = await receiver.say(visitor, json(request.rawBody));
    live.grown(visitor);
    return { status: 200, body: taken };
  };
  const seen = async (request: RouteRequest): Promise<HttpReply> => {
    await receiver.seen(await visitorOf(request), json(request.rawBody));
    return { status: 204 };
  };

  const guarded = (method: Route['method'], path: string, handler: Route['handler']): Route => ({
    method,
    path,
    async handler(request) {
      const headers = corsOf(request, settings.origins);
      if (headers === undefined)
        return {
          status: 403,
          headers: SAFE,
          body: {
            error: {
              code: 'forbidden',
              message: 'This site may not embed the chat: its origin is not among the account\'s "origins".',
            },
          },
        };
      const answer = await Promise.resolve(handler(request)).catch((error: unknown): HttpReply => {
        if (error instanceof SignatureError)
          return { status: 401, body: { error: { code: 'unauthenticated', message: error.message } } };
        const { code, message, retryAfterMs } = refusalOf(error, context.log);
        return problem(code, message, retryAfterMs);
      });
      return { ...answer, headers: { ...headers, ...answer.headers } };
    },
  });
  const api = [
    guarded('POST', '/session', session),
    guarded('GET', '/messages', messages),
    guarded('POST', '/messages', say),
    guarded('POST', '/receipts', seen),
  ];
  const preflights = ['/session', '/messages', '/receipts'].map((path) =>
    guarded('OPTIONS', path, () => ({ status: 204, headers: PREFLIGHT })),
  );
  return [...api, ...preflights, widgetRoute(), demoRoute(settings.origins)];
}

const PREFLIGHT = {
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': 'authorization, content-type',
  'access-control-max-age': '600',
};

/** Undefined: refused. Other sites learn nothing but that. */
function corsOf({ headers }: RouteRequest, origins: readonly string[]): Record<string, string> | undefined {
  if (!mayEmbed(headers, origins)) return undefined;
  const { origin } = headers;
  return {
    ...SAFE,
    'cache-control': 'no-store',
    vary: 'origin',
    ...(typeof origin === 'string' ? { 'access-control-allow-origin': origin } : {}),
  };
}

const problem = (code: keyof typeof STATUS, message: string, retryAfterMs?: number): HttpReply => ({
  status: STATUS[code],
  body: { error: { code, message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) } },
});

/** Every page of the shop loads it: it goes out without its indentation, which no string in it depends on. */
function widgetRoute(): Route {
  const body = readFileSync(join(widgetFolder(), 'widget.js'), 'utf8').replaceAll(/^ +/gm, '');
  const headers = {
    ...SAFE,
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=300',
    'cross-origin-resource-policy': 'cross-origin',
  };
  return { method: 'GET', path: '/widget.js', handler: () => ({ status: 200, headers, body }) };
}

/** `?lang=th` shows the page as a shop of that language. */
function demoRoute(origins: readonly string[]): Route {
  const page = readFileSync(join(widgetFolder(), 'demo.html'), 'utf8');
  const style = /<style>([^]*?)<\/style>/.exec(page)?.[1] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  const ancestors = origins.includes('*') ? '*' : ["'self'", ...origins].join(' ');
  const csp = `default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors ${ancestors}`;
  const headers = {
    ...SAFE,
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'content-security-policy': csp,
  };
  const handler = ({ query }: RouteRequest): HttpReply => {
    const lang = query.get('lang') ?? 'en';
    if (!/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(lang))
      return problem('invalid', '"lang" must be a language tag such as th or pt-BR.');
    const direction = /^(ar|fa|he|ur)\b/i.test(lang) ? ' dir="rtl"' : '';
    return { status: 200, headers, body: page.replace('<html lang="en">', `<html lang="${lang}"${direction}>`) };
  };
  return { method: 'GET', path: '/demo.html', handler };
}

/** Lies beside `src`; the compiled code looks for it in the tree it was built from. */
function widgetFolder(): string {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    for (const found of [join(folder, 'widget'), join(folder, 'connectors/webchat/widget')]) {
      if (existsSync(join(found, 'widget.js'))) return found;
    }
  }
  throw new Error('connectors/webchat/widget is missing; it must be installed beside the compiled code');
}
