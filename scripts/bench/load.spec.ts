import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Load } from '../../test/bench/load.ts';

describe('the customers of the bench', () => {
  /** Told, and not answered yet, by message. */
  const open = new Map<number, ServerResponse>();
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => open.set((JSON.parse(body) as { update_id: number }).update_id, response));
  });
  let load: Load;
  beforeEach(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    load = new Load(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, 'secret');
  });
  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });

  const told = async (...expected: number[]): Promise<void> => {
    while ([...open.keys()].length < expected.length) await new Promise((next) => setImmediate(next));
    expect([...open.keys()]).toEqual(expected);
  };
  const answer = (n: number, status: number): void => {
    open.get(n)!.writeHead(status, { 'content-length': 0 }).end();
    open.delete(n);
  };

  it('say the next thing in a chat when the last was taken, also when it was refused first; chats do not wait for each other', async () => {
    void load.send(7);
    void load.send(7);
    void load.send(8);
    await told(1, 3);
    answer(1, 503);
    await told(3, 1);
    answer(1, 200);
    await told(3, 2);
    expect(load.refusals).toBe(1);
    answer(3, 200);
    answer(2, 200);
    while (load.acks.length < 3) await new Promise((next) => setImmediate(next));
  });
});
