import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { statusOf, WebhookClient } from '../../test/bench/webhook-client.ts';

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function listen(answer: (body: string) => { status: number; close?: boolean }): Promise<string> {
  server = createServer((incoming, response) => {
    let body = '';
    incoming.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    incoming.on('end', () => {
      const { status, close } = answer(body);
      response.writeHead(status, close ? { connection: 'close' } : {});
      // In two writes: Node then answers in chunks.
      response.write('o');
      response.end('k');
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as { port: number }).port}/hook`),
    );
  });
}

describe('WebhookClient', () => {
  it('tells every status, more calls than connections, whole bodies, connections closed in between', async () => {
    const bodies: string[] = [];
    const url = await listen((body) => {
      bodies.push(body);
      return { status: bodies.length % 3 === 0 ? 503 : 200, close: bodies.length % 5 === 0 };
    });
    const client = new WebhookClient(url, { 'x-a': 'b' });
    const said = Array.from({ length: 600 }, (_, i) => JSON.stringify({ text: `電子 ${i}` }));
    const statuses = await Promise.all(
      said.map((body) => new Promise<number>((resolve) => client.post(body, resolve))),
    );
    expect(bodies.toSorted()).toEqual(said.toSorted());
    expect(statuses.filter((status) => status === 503)).toHaveLength(200);
    expect(statuses.filter((status) => status === 200)).toHaveLength(400);
  });

  it('waits for the whole answer', () => {
    expect(statusOf('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no')).toBeUndefined();
    expect(statusOf('HTTP/1.1 503 No\r\nContent-Length: 2\r\n\r\nok')).toBe(503);
    expect(statusOf('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n')).toBeUndefined();
    expect(statusOf('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n')).toBe(200);
  });
});
