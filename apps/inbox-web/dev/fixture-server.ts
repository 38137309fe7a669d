import { createReadStream, existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import type { PushMessage } from '../src/api/types.ts';
import { conversationsOf, rowOf } from './conversations.ts';
import { CUSTOMER } from './phrases.ts';
import { Refusal } from './refusal.ts';
import { why } from './why.ts';
import { customerSays, makeWorld } from './world.ts';

/** A test bed for the page: the contract, in memory, with nothing behind it. Never shipped. */
export interface Fixture {
  url: string;
  /** The customer of a conversation writes. */
  customerWrites(id: string, n?: number): void;
  /** Cuts all sockets and refuses everything until called with false. */
  setDown(down: boolean): void;
  /** The next requests are unauthenticated. */
  endSession(): void;
  colleague(id: string, doing: 'viewing' | 'typing' | 'left'): void;
  sent: unknown[];
  close(): Promise<void>;
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
const DIST = fileURLToPath(new URL('../dist', import.meta.url));

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

export async function startFixture(options: { port?: number; languages?: string[] } = {}): Promise<Fixture> {
  const world = makeWorld(Date.now(), options.languages);
  const sessions = new Set<string>();
  const sent: unknown[] = [];
  let down = false;
  const sockets = new WebSocketServer({ noServer: true });
  const broadcast = (message: PushMessage): void => {
    for (const socket of sockets.clients) socket.send(JSON.stringify(message));
  };
  const { find, changed, append, conversations } = conversationsOf(world, broadcast, sent);

  async function api(request: IncomingMessage, url: URL): Promise<[unknown, string?]> {
    const method = request.method ?? 'GET';
    const [kind, ...path] = url.pathname.split('/').slice(2).map(decodeURIComponent);
    const cookie = /seaway=(\w+)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
    const body = await bodyOf(request);
    if (kind === 'session' && method === 'POST') {
      if (body['password'] !== 'sea-legs') throw new Refusal(401, 'unauthenticated', 'E-mail or password is wrong.');
      const token = Math.random().toString(36).slice(2);
      sessions.add(token);
      return [world.me, token];
    }
    if (!sessions.has(cookie)) throw new Refusal(401, 'unauthenticated', 'Log in first.');
    if (method !== 'GET' && request.headers['x-csrf-token'] !== world.me.csrf)
      throw new Refusal(403, 'forbidden', 'The token is missing.');
    switch (kind) {
      case 'session':
        if (method === 'DELETE') sessions.delete(cookie);
        return [world.me];
      case 'me':
        world.me.presence = body['presence'] as typeof world.me.presence;
        return [world.me];
      case 'agents':
        return [world.agents];
      case 'queues':
        return [world.queues];
      case 'changes': {
        const since = Number(url.searchParams.get('since'));
        return [
          {
            at: Date.now(),
            items: [...world.held.values()].filter((each) => each.changedAt >= since).map(rowOf),
            more: false,
          },
        ];
      }
      case 'messages': {
        const held = [...world.held.values()].find((each) => each.timeline.some((one) => one.id === path[0]));
        const one = held?.timeline.find((each) => each.id === path[0]);
        if (!held || !one) throw new Refusal(404, 'not_found', 'There is no such message.');
        if (path[1] === 'why') return [why(one.id, one.at)];
        one.status = path[1] === 'recall' ? 'recalled' : 'queued';
        delete one.failure;
        changed(held, ['message.status'], [one.id]);
        return [{ commandId: body['commandId'] }];
      }
      case 'conversations':
        return [conversations(url, path, method, body)];
      default:
        throw new Refusal(404, 'not_found', 'There is no such address.');
    }
  }

  function answer(response: ServerResponse, status: number, body: unknown, token?: string): void {
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (token) headers['set-cookie'] = `seaway=${token}; Path=/; HttpOnly; SameSite=Strict`;
    response
      .writeHead(body === undefined ? 204 : status, headers)
      .end(body === undefined ? undefined : JSON.stringify(body));
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://fixture');
    if (!url.pathname.startsWith('/api/')) {
      const file = join(DIST, url.pathname === '/' ? 'index.html' : url.pathname);
      if (!file.startsWith(DIST) || !existsSync(file)) return void response.writeHead(404).end();
      response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
      return void createReadStream(file).pipe(response);
    }
    if (down) return void request.socket.destroy();
    api(request, url)
      .then(([body, token]) => answer(response, 200, body, token))
      .catch((error: Error) => {
        const refusal = error instanceof Refusal ? error : new Refusal(500, 'unavailable', error.message);
        answer(response, refusal.status, {
          error: {
            code: refusal.code,
            message: refusal.message,
            ...(refusal.findings ? { findings: refusal.findings } : {}),
          },
        });
      });
  });
  server.on('upgrade', (request, socket, head) => {
    const cookie = /seaway=(\w+)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
    if (down || !sessions.has(cookie)) return void socket.destroy();
    sockets.handleUpgrade(request, socket, head, (opened) =>
      opened.send(JSON.stringify({ type: 'hello', at: Date.now() })),
    );
  });
  await new Promise<void>((done) => server.listen(options.port ?? 0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;

  return {
    url: `http://127.0.0.1:${port}/`,
    sent,
    customerWrites(id, n = 0) {
      const held = find(id);
      const lang = held.detail.language.lang;
      const phrases = CUSTOMER[lang] ?? CUSTOMER['en'] ?? [];
      const phrase = phrases[n % phrases.length];
      if (!phrase) return;
      const seq = held.timeline.length + 1;
      append(
        held,
        customerSays(`${id}-in${seq}`, seq, Date.now(), held.detail.caseNumber, held.detail.contactName, lang, phrase),
        'message.received',
        held.detail.unread + 1,
      );
    },
    setDown(next) {
      down = next;
      if (down) for (const socket of sockets.clients) socket.terminate();
    },
    endSession: () => sessions.clear(),
    colleague: (id, doing) =>
      broadcast({ type: 'presence', conversationId: id, agentId: 'a-omar', name: 'Omar Haddad', doing }),
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const fixture = await startFixture({
    port: Number(process.env['SEAWAY_PORT'] ?? 8080),
    languages: (process.env['FIXTURE_LANGUAGES'] ?? 'en').split(','),
  });
  process.stdout.write(`The page with invented data: ${fixture.url} (mei@example.com, sea-legs)\n`);
}
