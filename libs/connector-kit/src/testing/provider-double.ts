import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How a provider behaves towards one call. */
export type ProviderBehaviour =
  | { status: number; body?: unknown; headers?: Record<string, string> }
  /** Nobody listens. */
  | 'refused'
  /** The request is read, then the connection is cut. */
  | 'cut'
  /** The answer begins, then the connection is cut. */
  | 'cut-in-answer'
  /** The answer comes byte by byte and never ends. */
  | 'trickle'
  /** The request is read and never answered. */
  | 'silent';

export interface ProviderDouble {
  url: string;
  /** What was asked, in order. */
  requests: { method: string; path: string; body: string }[];
  close(): Promise<void>;
}

/** A local stand-in that answers every call the same way. */
export async function providerDouble(behaviour: ProviderBehaviour): Promise<ProviderDouble> {
  const requests: ProviderDouble['requests'] = [];
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      requests.push({ method: request.method ?? '', path: request.url ?? '', body });
      answer(behaviour, request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  if (behaviour === 'refused') await close();
  return { url, requests, close: behaviour === 'refused' ? () => Promise.resolve() : close };
}

function answer(behaviour: ProviderBehaviour, request: IncomingMessage, response: ServerResponse): void {
  if (behaviour === 'silent' || behaviour === 'refused') return;
  if (behaviour === 'cut') return void request.socket.destroy();
  if (behaviour === 'cut-in-answer') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 });
    return void response.write('{"ok":true,"result":{', () => request.socket.destroy());
  }
  if (behaviour === 'trickle') {
    response.writeHead(200, { 'content-type': 'application/json' });
    const timer = setInterval(() => response.write(' '), 20);
    return void response.on('close', () => clearInterval(timer));
  }
  response.writeHead(behaviour.status, { 'content-type': 'application/json', ...behaviour.headers });
  response.end(behaviour.body === undefined ? '' : JSON.stringify(behaviour.body));
}

async function read(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}
