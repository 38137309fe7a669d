import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestInbox } from '../testing/test-inbox.ts';

let inbox: TestInbox;
const root = mkdtempSync(join(tmpdir(), 'seaway-page-'));
beforeAll(async () => {
  mkdirSync(join(root, 'dist/assets'), { recursive: true });
  writeFileSync(join(root, 'dist/index.html'), '<!doctype html><title>Seaway</title>');
  writeFileSync(join(root, 'dist/assets/index-abc123.js'), 'export {};');
  writeFileSync(join(root, 'secret.txt'), 'secret');
  inbox = await TestInbox.open({ pageDir: join(root, 'dist') });
}, 30_000);
afterAll(async () => {
  await inbox.close();
  rmSync(root, { recursive: true });
});

const HTML = { accept: 'text/html,application/xhtml+xml' };
/** fetch would tidy the path up. */
const raw = (path: string): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const call = request(inbox.url, { path, headers: HTML }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    call.on('error', reject);
    call.end();
  });

describe('the page', () => {
  it('is served for every place in it, and never cached unasked', async () => {
    for (const path of ['/', '/c/123', '/index.html']) {
      const answer = await fetch(inbox.url + path, { headers: HTML });
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-cache']);
      expect(await answer.text()).toContain('<title>Seaway</title>');
      expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      const again = await fetch(inbox.url + path, {
        headers: { ...HTML, 'if-none-match': answer.headers.get('etag')! },
      });
      expect(again.status).toBe(304);
    }
  });

  it('has its hashed files cached for good', async () => {
    const answer = await fetch(`${inbox.url}/assets/index-abc123.js`);
    expect([answer.status, answer.headers.get('cache-control'), answer.headers.get('content-type')]).toEqual([
      200,
      'public, max-age=31536000, immutable',
      'text/javascript; charset=utf-8',
    ]);
    expect((await fetch(`${inbox.url}/assets/index-gone.js`, { headers: HTML })).status).toBe(404);
  });

  it('stands in for no address of another part', async () => {
    for (const path of ['/api/nothing', '/webhooks/telegram/shop', '/sim/', '/webchat/x', '/health/live', '/metrics']) {
      const answer = await fetch(inbox.url + path, { headers: HTML });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'application/json; charset=utf-8']);
    }
    expect((await fetch(`${inbox.url}/c/1`, { method: 'POST', headers: HTML })).status).toBe(404);
  });

  it('lets nobody out of its folder', async () => {
    for (const path of [
      '/../secret.txt',
      '/..%2fsecret.txt',
      '/assets/..%2f..%2fsecret.txt',
      '/%2e%2e/secret.txt',
      '/..\\secret.txt',
      '/%00',
      '/%E0%A4%A',
      '//etc/passwd',
    ]) {
      expect((await raw(path)).text).not.toContain('secret\n');
      expect((await raw(path)).text).not.toMatch(/^secret|root:/);
    }
  });
});
