import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FaultProxy } from './proxy.ts';

interface Echo {
  server: Server;
  port: number;
  got: string[];
}

async function echo(name: string): Promise<Echo> {
  const got: string[] = [];
  const server = createServer((incoming, response) => {
    let body = '';
    incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
    incoming.on('end', () => {
      got.push(body);
      response.end(`${name}:${body}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port, got };
}

/** Rejects with the code of the connection's end. */
function ask(port: number, body: string, timeoutMs = 5000): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request(
      { host: '127.0.0.1', port, method: 'POST', agent: false, signal: AbortSignal.timeout(timeoutMs) },
      (response: IncomingMessage) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve(text));
        response.on('error', reject);
      },
    );
    call.on('error', (error: NodeJS.ErrnoException) => reject(new Error(error.code ?? error.name)));
    call.end(body);
  });
}

describe('the fault proxy', () => {
  let upstream: Echo;
  let other: Echo;
  let proxy: FaultProxy;
  let port: number;
  beforeEach(async () => {
    [upstream, other] = await Promise.all([echo('a'), echo('b')]);
    proxy = new FaultProxy([{ host: '127.0.0.1', port: upstream.port }]);
    port = await proxy.listen();
  });
  afterEach(async () => {
    await proxy.close();
    for (const { server } of [upstream, other]) {
      server.closeAllConnections();
      server.close();
    }
  });

  it('passes everything on as long as nothing is broken', async () => {
    const large = 'x'.repeat(300_000);
    expect(await ask(port, large)).toBe(`a:${large}`);
  });

  it('is late', async () => {
    proxy.set({ latencyMs: 120 });
    const started = performance.now();
    expect(await ask(port, 'late')).toBe('a:late');
    expect(performance.now() - started).toBeGreaterThanOrEqual(235);
  });

  it('is slow', async () => {
    proxy.set({ bytesPerSecond: 50_000 });
    const started = performance.now();
    await ask(port, 'x'.repeat(10_000));
    expect(performance.now() - started).toBeGreaterThan(300);
  });

  it('refuses, and answers again once it is healed', async () => {
    proxy.set({ refuse: true });
    await expect(ask(port, 'no')).rejects.toThrow('ECONNRESET');
    expect(upstream.got).toEqual([]);
    proxy.heal();
    expect(await ask(port, 'yes')).toBe('a:yes');
  });

  it('lets requests through and no answers', async () => {
    proxy.set({ dropAnswers: true });
    await expect(ask(port, 'done, but who knows', 400)).rejects.toThrow();
    expect(upstream.got).toEqual(['done, but who knows']);
  });

  it('stays open and carries nothing', async () => {
    proxy.set({ halfOpen: true });
    await expect(ask(port, 'into the void', 300)).rejects.toThrow();
    expect(upstream.got).toEqual([]);
  });

  it('cuts a request in the middle', async () => {
    proxy.set({ cutAfterBytes: 20_000 });
    await expect(ask(port, 'x'.repeat(60_000))).rejects.toThrow('ECONNRESET');
    expect(upstream.got).toEqual([]);
  });

  it('cuts what is under way', async () => {
    proxy.set({ halfOpen: true });
    const stuck = ask(port, 'stuck');
    while (proxy.connections === 0) await new Promise((resolve) => setImmediate(resolve));
    proxy.cut();
    await expect(stuck).rejects.toThrow('ECONNRESET');
  });

  it('shares connections out, and passes over an upstream that is gone', async () => {
    const shared = new FaultProxy([upstream, other].map((one) => ({ host: '127.0.0.1', port: one.port })));
    const at = await shared.listen();
    const answers = [await ask(at, '1'), await ask(at, '2')];
    expect(answers.toSorted()).toEqual(['a:1', 'b:2']);
    upstream.server.closeAllConnections();
    await new Promise((resolve) => upstream.server.close(resolve));
    expect([await ask(at, '3'), await ask(at, '4')]).toEqual(['b:3', 'b:4']);
    await shared.close();
  });
});
