import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '#libs/contracts';
import type { ConnectorInstance, ConnectorLog, HttpReply, Route } from '../connector.ts';
import { MalformedError, SignatureError } from '../errors.ts';
import type { Admission } from './admission.ts';
import { Deadlines } from '../deadlines.ts';
import { BodyTooLargeError, BodyTooSlowError, READ_MS, readBody } from './read-body.ts';
import { COME_AGAIN, problem, reply, TOO_SLOW, tooLarge } from './reply.ts';

export interface OwnRoutesOptions {
  instanceOf(channel: string, account: string): ConnectorInstance | undefined;
  admission: Admission;
  clock: Clock;
  log: ConnectorLog;
}

/** `/<channel>/<account>/…`: the endpoints that a connector brings along, WebSockets included. */
export class OwnRoutes {
  private readonly reading = new Deadlines(READ_MS);
  private readonly options: OwnRoutesOptions;

  constructor(options: OwnRoutesOptions) {
    this.options = options;
  }

  /** False when no connector has that route: the request is somebody else's. */
  async handle(request: IncomingMessage, response: ServerResponse, url: string): Promise<boolean> {
    const found = this.find(request.method ?? 'GET', url);
    if (found === undefined) return false;
    // Whoever only asks may wait for long, and brings nothing.
    const leave = found.route.method === 'GET' ? () => undefined : this.options.admission.enter(request);
    if (leave === undefined) reply(response, COME_AGAIN);
    else {
      const answer = this.answer(request, url, found).catch((error: unknown) => this.refusal(error, url));
      reply(response, await answer.finally(leave));
    }
    return true;
  }

  /** False when the address is no connector's. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    const [, channel = '', account = ''] = pathOf(request.url ?? '').split('/');
    const instance = this.options.instanceOf(channel, account);
    if (instance?.upgrade === undefined) return false;
    instance.upgrade(request, socket, head);
    return true;
  }

  /** What can be read can be asked about: a HEAD is a GET of which Node sends no body. */
  private find(method: string, url: string): { route: Route; params: Record<string, string> } | undefined {
    const wanted = method === 'HEAD' ? 'GET' : method;
    const [, channel = '', account = '', ...rest] = pathOf(url).split('/');
    for (const route of this.options.instanceOf(channel, account)?.routes ?? []) {
      const params = route.method === wanted ? match(route.path, rest) : undefined;
      if (params !== undefined) return { route, params };
    }
    return undefined;
  }

  private async answer(
    request: IncomingMessage,
    url: string,
    found: { route: Route; params: Record<string, string> },
  ): Promise<HttpReply> {
    return found.route.handler({
      method: request.method ?? 'GET',
      url,
      headers: request.headers,
      rawBody: await readBody(request, this.options.admission.maxBodyBytes, this.reading),
      receivedAt: this.options.clock.now(),
      params: found.params,
      query: new URLSearchParams(url.split('?', 2)[1] ?? ''),
      remoteAddress: request.socket.remoteAddress ?? '',
    });
  }

  private refusal(error: unknown, url: string): HttpReply {
    if (error instanceof SignatureError) return problem(401, 'unauthenticated', error.message);
    if (error instanceof MalformedError) return problem(400, 'invalid', error.message);
    if (error instanceof BodyTooLargeError) return tooLarge(this.options.admission.maxBodyBytes);
    if (error instanceof BodyTooSlowError) return TOO_SLOW;
    this.options.log.error({ err: error, path: pathOf(url) }, 'a connector route failed');
    if ((error as Error | undefined)?.name === 'TransientError') return COME_AGAIN;
    return problem(500, 'unavailable', 'Something went wrong here; try again later.');
  }
}

const pathOf = (url: string): string => url.split('?', 1)[0]!;

function match(pattern: string, segments: readonly string[]): Record<string, string> | undefined {
  const wanted = pattern.split('/').filter((s) => s !== '');
  const given = segments.filter((s) => s !== '');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, want] of wanted.entries()) {
    if (want.startsWith(':')) params[want.slice(1)] = decode(given[i]!);
    else if (want !== given[i]) return undefined;
  }
  return params;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new MalformedError('the address is not encoded properly');
  }
}
