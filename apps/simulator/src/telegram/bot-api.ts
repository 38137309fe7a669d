import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { ApiError } from './api-error.ts';
import type { Bot } from './bot.ts';
import { methodNamed } from './methods/index.ts';
import { readParams } from './read-params.ts';
import type { TelegramSimulator } from './telegram-simulator.ts';

/** Strict about the token, so that a host app may have paths such as `/bots/…`. */
const METHOD_PATH = /^\/bot(\d+(?::|%3A)[A-Za-z0-9_-]+)\/(\w+)\/?$/i;
const FILE_PATH = /^\/file\/bot(\d+(?::|%3A)[A-Za-z0-9_-]+)\/([\w./-]+)$/i;

/** The Bot API over HTTP. `path` is what follows the API root. False: not ours. */
export async function serveBotApi(
  telegram: TelegramSimulator,
  path: string,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const file = FILE_PATH.exec(path);
  if (file !== null) {
    serveFile(telegram, file[1]!, file[2]!, response);
    return true;
  }
  const call = METHOD_PATH.exec(path);
  if (call === null) return false;
  await serveMethod(telegram, { token: decodeURIComponent(call[1]!), name: call[2]!, query }, request, response);
  return true;
}

interface Asked {
  token: string;
  name: string;
  query: URLSearchParams;
}

async function serveMethod(
  telegram: TelegramSimulator,
  { token, name, query }: Asked,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { knobs } = telegram.world;
  const failure = knobs.takeFailure(name);
  if (failure?.cut === 'before') {
    request.socket.destroy();
    return;
  }
  try {
    const bot = telegram.botOfToken(token);
    if (bot === undefined) throw new ApiError(401, 'Unauthorized');
    if (failure?.status !== undefined)
      throw new ApiError(failure.status, describe(failure.status, failure.retryAfter), failure.retryAfter);
    const answer = await run(telegram, bot, name, query, request, response);
    if (knobs.values.latencyMs > 0) await pause(knobs.values.latencyMs);
    if (failure?.cut === 'after') request.socket.destroy();
    else write(response, 200, { ok: true, ...answer });
  } catch (error) {
    const known = error instanceof ApiError ? error : new ApiError(500, 'Internal Server Error');
    if (known !== error) console.error(`simulator: ${name} failed`, error);
    if (known.retryAfter !== undefined) response.setHeader('Retry-After', known.retryAfter);
    write(response, known.code, known.toBody());
  }
}

async function run(
  telegram: TelegramSimulator,
  bot: Bot,
  name: string,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<object> {
  const method = methodNamed(name);
  if (method === undefined) throw new ApiError(404, 'Not Found');
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  return method({ bot, params: await readParams(request, query), world: telegram.world, signal: gone.signal });
}

function serveFile(telegram: TelegramSimulator, token: string, path: string, response: ServerResponse): void {
  if (telegram.botOfToken(decodeURIComponent(token)) === undefined)
    return write(response, 401, new ApiError(401, 'Unauthorized').toBody());
  const file = telegram.world.files.byPath(path);
  if (file === undefined) return write(response, 404, new ApiError(404, 'Not Found').toBody());
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': file.size });
  response.end(telegram.world.files.read(file));
}

const REASONS: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden: bot was blocked by the user',
  404: 'Not Found',
  409: 'Conflict',
  413: 'Request Entity Too Large',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

const describe = (status: number, retryAfter: number | undefined): string =>
  status === 429 ? `Too Many Requests: retry after ${retryAfter ?? 1}` : (REASONS[status] ?? 'Error');

function write(response: ServerResponse, status: number, body: object): void {
  if (response.headersSent || response.destroyed) return;
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
