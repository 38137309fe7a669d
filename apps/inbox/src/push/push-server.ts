import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { pushRequest } from '#libs/contracts';
import { type Collection, conversations, type ConversationDoc } from '#libs/store';
import { type WebSocket, WebSocketServer } from 'ws';
import { Gate } from '../auth/gate.ts';
import type { Reader } from '../auth/inbox-request.ts';
import { Sessions } from '../auth/sessions.ts';
import { may } from '../auth/permissions.ts';
import { isApi } from '../http/foreign-paths.ts';
import { INBOX, type InboxOptions } from '../options.ts';
import { PresenceBoard } from './presence-board.ts';
import { PUSH_LIMITS, type PushLimits } from './push-limits.ts';
import { PushSocket, SESSION_OVER } from './push-socket.ts';

const PATH = '/api/push';
const MAX_REQUEST_BYTES = 4096;
/** How long an upgrade that nobody of this process has answered may stay open. */
const UNANSWERED_MS = 10_000;
/** What a client gets to read the goodbye and close its side. */
const GOODBYE_MS = 1000;

/** The WebSocket of the page: lets sockets in, keeps them honest, and tells colleagues who is where. */
@Injectable()
export class PushServer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_REQUEST_BYTES,
    perMessageDeflate: false,
  });
  private readonly open = new Set<PushSocket>();
  private readonly presence = new PresenceBoard<PushSocket>();
  private readonly limits: PushLimits;
  private readonly conversations: Collection<ConversationDoc, string>;
  private timers: NodeJS.Timeout[] = [];
  private stopping = false;
  private opened: (socket: PushSocket) => void = () => undefined;

  constructor(
    @Inject(INBOX) private readonly inbox: Pick<InboxOptions, 'store' | 'clock' | 'logger' | 'push'>,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(Gate) private readonly gate: Gate,
    @Inject(Sessions) sessions: Sessions,
  ) {
    this.limits = { ...PUSH_LIMITS, ...inbox.push };
    this.conversations = inbox.store.collection(conversations);
    sessions.onEnded(() => void this.recheck(true));
  }

  onApplicationBootstrap(): void {
    const server = this.host.httpAdapter.getHttpServer() as Server;
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.upgrade(request, socket, head),
    );
    this.timers = [
      setInterval(() => this.beat(), this.limits.heartbeatMs).unref(),
      setInterval(() => void this.recheck(false), this.limits.recheckMs).unref(),
    ];
  }

  /** Before the HTTP server closes, since that waits for every connection to end. */
  async beforeApplicationShutdown(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    this.stopping = true;
    const clients = [...this.server.clients];
    const closed = Promise.all(clients.map((client) => new Promise((resolve) => client.once('close', resolve))));
    for (const socket of this.open) socket.close(1001, 'the server stops');
    const deadline = setTimeout(() => clients.forEach((client) => client.terminate()), GOODBYE_MS);
    await closed;
    clearTimeout(deadline);
  }

  /** Calls back when a page was let in. */
  onOpened(listener: (socket: PushSocket) => void): void {
    this.opened = listener;
  }

  sockets(): Iterable<PushSocket> {
    return this.open;
  }

  private upgrade(request: IncomingMessage, socket: Duplex & { bytesWritten?: number }, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const url = request.url ?? '';
    if (url.split('?', 1)[0] === PATH) {
      void this.admit(request, socket, head);
    } else if (isApi(url)) refuse(socket, 404, 'Not Found');
    // Somebody else's, or nobody's: then it must not stay open for ever.
    else setTimeout(() => socket.bytesWritten === 0 && socket.destroy(), UNANSWERED_MS).unref();
  }

  private async admit(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    try {
      if (!this.gate.isSameOrigin(request)) return refuse(socket, 403, 'Forbidden');
      const reader = await this.gate.readerOf(request);
      if (reader === undefined || !may(reader.agent.role, 'conversations.read'))
        return refuse(socket, 401, 'Unauthorized');
      const own = [...this.open].filter((one) => one.reader.agent.id === reader.agent.id).length;
      if (this.stopping || own >= this.limits.perAgent || this.open.size >= this.limits.total)
        return refuse(socket, 503, 'Service Unavailable');
      this.server.handleUpgrade(request, socket, head, (client) => this.welcome(client, reader));
    } catch (error) {
      this.inbox.logger.warn({ err: error }, 'a push socket could not be let in');
      refuse(socket, 503, 'Service Unavailable');
    }
  }

  private welcome(client: WebSocket, reader: Reader): void {
    const socket = new PushSocket(reader, client, this.limits.maxBufferedBytes, this.inbox.clock.now());
    this.open.add(socket);
    client.on('error', () => client.terminate());
    client.on('pong', () => socket.heard(this.inbox.clock.now()));
    client.on('close', () => this.gone(socket));
    client.on('message', (data, isBinary) => void this.asked(socket, isBinary ? '' : String(data)));
    socket.send({ type: 'hello', at: this.inbox.clock.now() });
    this.opened(socket);
  }

  private gone(socket: PushSocket): void {
    this.open.delete(socket);
    const left = this.presence.remove(socket);
    if (left !== undefined) this.tellColleagues(socket, left, 'left');
  }

  private async asked(socket: PushSocket, text: string): Promise<void> {
    socket.heard(this.inbox.clock.now());
    const request = parse(text);
    // Nothing of what was sent is echoed.
    if (request === undefined) return socket.close(1008, 'unknown request');
    try {
      if (!(await this.holds(socket)) || request.type === 'ping') return;
      if (request.doing === 'left') {
        const left = this.presence.remove(socket);
        if (left !== undefined) this.tellColleagues(socket, left, 'left');
        return;
      }
      if ((await this.conversations.get(request.conversationId)) === undefined || !this.open.has(socket)) return;
      const left = this.presence.put(socket, request.conversationId, request.doing);
      if (left !== undefined) this.tellColleagues(socket, left, 'left');
      this.tellColleagues(socket, request.conversationId, request.doing);
      for (const { socket: other, doing } of this.presence.at(request.conversationId)) {
        if (other !== socket)
          socket.send({ type: 'presence', conversationId: request.conversationId, ...nameOf(other), doing });
      }
    } catch (error) {
      this.inbox.logger.warn({ err: error }, 'a push request failed');
    }
  }

  private tellColleagues(from: PushSocket, conversationId: string, doing: 'viewing' | 'typing' | 'left'): void {
    const still = this.presence.at(conversationId);
    // Another window of the same agent still has it open.
    if (doing === 'left' && still.some(({ socket }) => socket.reader.agent.id === from.reader.agent.id)) return;
    for (const { socket } of still)
      if (socket !== from) socket.send({ type: 'presence', conversationId, ...nameOf(from), doing });
  }

  private beat(): void {
    for (const socket of this.open) socket.beat();
  }

  private async recheck(all: boolean): Promise<void> {
    const due = this.inbox.clock.now() - this.limits.recheckMs;
    await Promise.all(
      [...this.open]
        .filter((socket) => all || socket.checkedAt <= due)
        .map((socket) => this.holds(socket).catch(() => false)),
    );
  }

  /** Whether the socket's session still holds; closes it when not. A store that is away closes nothing. */
  private async holds(socket: PushSocket): Promise<boolean> {
    const reader = await this.gate.reader(socket.reader.token);
    socket.checkedAt = this.inbox.clock.now();
    if (reader !== undefined) return true;
    socket.close(SESSION_OVER, 'the session is over');
    return false;
  }
}

const nameOf = ({ reader }: PushSocket): { agentId: string; name: string } => ({
  agentId: reader.agent.id,
  name: reader.agent.name,
});

function parse(text: string) {
  try {
    return pushRequest.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function refuse(socket: Duplex, status: number, reason: string): void {
  socket.end(`HTTP/1.1 ${status} ${reason}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  socket.once('finish', () => socket.destroy());
}
