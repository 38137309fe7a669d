import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { libreTranslateEngine, type EngineError } from './index.ts';

interface Answer {
  status?: number;
  body: unknown;
}

let server: Server;
let url: string;
let seen: { path: string; body: Record<string, unknown> }[];
let answer: (path: string, body: Record<string, unknown>) => Answer | undefined;
const LANGUAGES = [
  { code: 'en', name: 'English', targets: ['zh', 'id', 'es'] },
  { code: 'zh', name: 'Chinese', targets: ['en'] },
  { code: 'id', name: 'Indonesian', targets: ['en', 'zh'] },
];

beforeEach(async () => {
  seen = [];
  answer = (path, body) =>
    path === '/languages'
      ? { body: LANGUAGES }
      : { body: { translatedText: (body['q'] as string[]).map((q) => `<${q}>`) } };
  server = createServer((request, response) => {
    void read(request).then((body) => {
      seen.push({ path: request.url!, body });
      const reply = answer(request.url!, body);
      if (!reply) return;
      response.writeHead(reply.status ?? 200, { 'content-type': 'application/json' }).end(JSON.stringify(reply.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function read(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

const engine = (extra: { timeoutMs?: number } = {}) =>
  libreTranslateEngine({ url: `${url}/`, apiKey: 'k1', fetch, ...extra });
const outbound = { purpose: 'outbound' } as const;

describe('the LibreTranslate engine', () => {
  it('sends a batch as the server documents it, with the codes the server has', async () => {
    const result = await engine().translate(['satu', 'dua'], { src: 'id', tgt: 'zh-CN', ...outbound });
    expect(result.map((r) => r?.text)).toEqual(['<satu>', '<dua>']);
    expect(seen.map((s) => s.path)).toEqual(['/languages', '/translate']);
    expect(seen[1]!.body).toEqual({ q: ['satu', 'dua'], source: 'id', target: 'zh', format: 'text', api_key: 'k1' });
  });

  it('lets the server detect an unknown source and remembers the pairs', async () => {
    const one = engine();
    await one.translate(['x'], { src: 'und', tgt: 'en', ...outbound });
    expect(seen[1]!.body['source']).toBe('auto');
    expect(one.supports('zh-Hans', 'en')).toBe(true);
    expect(one.supports('zh-Hans', 'id')).toBe(false);
    expect(one.supports('id', 'ar')).toBe(false);
    expect(await one.translate(['x'], { src: 'id', tgt: 'ar', ...outbound })).toEqual([undefined]);
    expect(seen).toHaveLength(2);
  });

  it.each([
    [403, 'auth'],
    [429, 'rate_limited'],
    [400, 'rejected'],
    [500, 'unavailable'],
  ])('HTTP %i is %s, with the words of the server', async (status, kind) => {
    answer = () => ({ status, body: { error: 'Slow down' } });
    await expect(engine().translate(['x'], { src: 'id', tgt: 'en', ...outbound })).rejects.toMatchObject({
      kind,
      message: expect.stringContaining('Slow down'),
    });
  });

  it('gives up on a server that does not answer', async () => {
    answer = () => undefined;
    const failure = (await engine({ timeoutMs: 50 })
      .translate(['x'], { src: 'id', tgt: 'en', ...outbound })
      .catch((e: unknown) => e)) as EngineError;
    expect(failure.kind).toBe('timeout');
  });

  it('refuses an answer with another number of texts', async () => {
    answer = (path) => ({ body: path === '/languages' ? LANGUAGES : { translatedText: ['one'] } });
    await expect(engine().translate(['a', 'b'], { src: 'id', tgt: 'en', ...outbound })).rejects.toMatchObject({
      kind: 'rejected',
    });
  });
});
