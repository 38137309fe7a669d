import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ConnectorLog, MalformedError, SignatureError } from '#libs/connector-kit';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Live } from './live.ts';
import { parseAfter } from './parse.ts';
import { type Receiver, TooFastError } from './receive.ts';
import { mayEmbed, type Sessions } from './session.ts';
import type { Threads } from './thread.ts';

export interface SocketsOptions {
  sessions: Sessions;
  threads: Threads;
  live: Live;
  receiver: Receiver;
  origins: readonly string[];
  log: ConnectorLog;
}

const HEARTBEAT_MS = 25_000;
const FRAME_BYTES = 32_768;
const PAGE = 100;
/** A visitor who reads this slowly is cut off and comes back with the cursor. */
const UNSENT_BYTES = 1_048_576;
const UNHANDLED_FRAMES = 100;
const CLOSE = { goingAway: 1001, policy: 1008, tryLater: 1013 } as const;

/** `/webchat/<account>/socket?token=…&after=<n>`: everything after entry n, then whatever comes. */
export class Sockets {
  private readonly server = new WebSocketServer({ noServer: true, maxPayload: FRAME_BYTES, perMessageDeflate: false });
  private readonly heartbeat: NodeJS.Timeout;
  private readonly options: SocketsOptions;
  private readonly silent = new WeakSet<WebSocket>();

  constructor(options: SocketsOptions) {
    this.options = options;
    this.heartbeat = setInterval(() => this.beat(), HEARTBEAT_MS).unref();
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.once('error', () => socket.destroy());
    this.admit(request, socket, head).catch((error: unknown) => {
      if (error instanceof SignatureError) return refuse(socket, '401 Unauthorized');
      if (error instanceof MalformedError) return refuse(socket, '400 Bad Request');
      this.options.log.error({ err: error }, 'a web chat connection could not be opened');
      refuse(socket, '503 Service Unavailable');
    });
  }

  close(): void {
    clearInterval(this.heartbeat);
    for (const socket of this.server.clients) {
      socket.close(CLOSE.goingAway, 'restarting');
      setTimeout(() => socket.terminate(), 1000).unref();
    }
  }

  private async admit(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://hub');
    if (!/^\/[^/]+\/[^/]+\/socket$/.test(pathname)) return refuse(socket, '404 Not Found');
    if (!mayEmbed(request.headers, this.options.origins)) return refuse(socket, '403 Forbidden');
    const visitor = await this.options.sessions.visitorOf(searchParams.get('token'));
    const after = parseAfter(searchParams.get('after'));
    this.server.handleUpgrade(request, socket, head, (client) => this.serve(client, visitor, after));
  }

  private serve(client: WebSocket, visitor: string, after: number): void {
    const { live, threads, log } = this.options;
    const tell = (frame: object) => client.readyState === client.OPEN && client.send(JSON.stringify(frame));
    const look = lookForward(threads, visitor, after, (frame) => {
      if (client.bufferedAmount > UNSENT_BYTES) client.terminate();
      else tell(frame);
    });
    const leave = live.add(visitor, {
      look,
      typing: () => tell({ type: 'typing' }),
      end: () => client.close(CLOSE.goingAway),
    });
    if (leave === undefined) return client.close(CLOSE.tryLater, 'too many connections');
    client.on('close', leave);
    client.on('error', (error) => log.info({ err: error }, 'a web chat connection broke'));
    client.on('pong', () => this.silent.delete(client));
    this.listen(client, visitor, tell);
    look().then(
      () => tell({ type: 'ready' }),
      () => client.close(CLOSE.tryLater, 'not now'),
    );
  }

  /** Frames of one connection are handled one after another, so that messages keep their order. */
  private listen(client: WebSocket, visitor: string, tell: (frame: object) => void): void {
    let unhandled = 0;
    let tail = Promise.resolve();
    client.on('message', (data) => {
      unhandled += 1;
      if (unhandled > UNHANDLED_FRAMES) return client.close(CLOSE.policy, 'too many frames');
      tail = tail.then(async () => {
        await this.handle(visitor, String(data), tell);
        unhandled -= 1;
      });
    });
  }

  private async handle(visitor: string, data: string, tell: (frame: object) => void): Promise<void> {
    const { receiver, live, log } = this.options;
    let frame: { type?: unknown; id?: unknown } = {};
    try {
      frame = objectOf(data);
      if (frame.type === 'receipt') return await receiver.seen(visitor, frame);
      if (frame.type !== 'message') throw new MalformedError('A frame is of type "message" or "receipt".');
      tell({ type: 'ack', ...(await receiver.say(visitor, frame)) });
      live.grown(visitor);
    } catch (error) {
      tell({ type: 'refused', ...(typeof frame.id === 'string' ? { id: frame.id } : {}), ...refusalOf(error, log) });
    }
  }

  private beat(): void {
    for (const client of this.server.clients) {
      if (this.silent.has(client)) client.terminate();
      this.silent.add(client);
      client.ping();
    }
  }
}

/** What a visitor is told when something is not taken. */
export function refusalOf(
  error: unknown,
  log: ConnectorLog,
): { code: 'invalid' | 'too_fast' | 'unavailable'; message: string; retryAfterMs?: number } {
  if (error instanceof MalformedError) return { code: 'invalid', message: error.message };
  if (error instanceof TooFastError)
    return { code: 'too_fast', message: error.message, retryAfterMs: error.retryAfterMs };
  log.error({ err: error }, 'what a visitor wrote could not be stored');
  return { code: 'unavailable', message: 'Not now; try again.', retryAfterMs: 2000 };
}

/** Tells what is new since the last time, in order, each once. Calls while it is at work are one more look afterwards. */
function lookForward(
  threads: Threads,
  visitor: string,
  after: number,
  tell: (frame: object) => void,
): () => Promise<void> {
  let cursor = after;
  let running: Promise<void> | undefined;
  let again = false;
  const run = async () => {
    do {
      again = false;
      const page = await threads.read(visitor, cursor, PAGE);
      for (const { key: _key, last: _last, ...entry } of page) {
        tell({ type: 'entry', ...entry });
        cursor = entry.n;
      }
      again ||= page.length === PAGE;
    } while (again);
  };
  return () => {
    again = true;
    return (running ??= run().finally(() => (running = undefined)));
  };
}

function objectOf(data: string): { type?: unknown; id?: unknown } {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    throw new MalformedError('The frame is not JSON.');
  }
  if (typeof value !== 'object' || value === null) throw new MalformedError('The frame is no object.');
  return value;
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
