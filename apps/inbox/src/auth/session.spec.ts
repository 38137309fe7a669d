import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { me } from '#libs/contracts';
import { agents, sessions } from '#libs/store';
import { PASSWORD, testConfig, TestInbox } from '../testing/test-inbox.ts';
import { ABSOLUTE_MS, IDLE_MS } from './sessions.ts';

const EMAIL = 'li-na@example.test';
let inbox: TestInbox;
beforeEach(async () => {
  inbox = await TestInbox.open();
}, 30_000);
afterEach(() => inbox.close());

const logIn = (email: unknown, password: unknown, headers?: Record<string, string>) =>
  inbox.page().request('POST', '/api/session', { email, password }, headers);

describe('log-in', () => {
  it('answers who one is, and keeps only a hash of the token', async () => {
    const page = inbox.page();
    const { status, body, headers } = await page.request('POST', '/api/session', {
      email: ` ${EMAIL.toUpperCase()}`,
      password: PASSWORD,
    });
    expect(status).toBe(200);
    expect(me.parse(body)).toMatchObject({
      id: 'li-na',
      languages: ['zh-CN', 'en'],
      presence: 'online',
      shift: { on: true },
    });
    expect(headers.get('set-cookie')).toMatch(
      /^seaway_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+$/,
    );
    const stored = await inbox.store.collection(sessions).query('ofAgent', { agentId: 'li-na' });
    expect(stored.items).toHaveLength(1);
    expect(JSON.stringify(stored.items)).not.toContain(page.cookie.split('=')[1]);
    expect((await page.get('/api/session')).status).toBe(200);
  });

  it('refuses a wrong password and an unknown e-mail with the same words', async () => {
    const wrong = await logIn(EMAIL, 'not it at all');
    const unknown = await logIn('nobody@example.test', PASSWORD);
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(unknown.body).toEqual(wrong.body);
    expect(wrong.headers.get('set-cookie')).toBeNull();
  });

  it('refuses an empty password, a foreign password and the stored hash itself', async () => {
    const stored = await inbox.store.collection(agents).get('li-na');
    expect(stored?.passwordHash).toMatch(/^\$argon2id\$/);
    for (const password of ['', ' ', stored!.passwordHash, `${PASSWORD} `])
      expect((await logIn(EMAIL, password)).status).toBe(401);
  });

  it('closes the door after ten bad ones, for the e-mail, even to the right password, and opens it again', async () => {
    for (let i = 0; i < 10; i += 1) expect((await logIn(EMAIL, `guess ${i}`)).status).toBe(401);
    const shut = await logIn(EMAIL, PASSWORD);
    expect(shut.status).toBe(429);
    expect(shut.body.error?.code).toBe('throttled');
    expect(Number(shut.headers.get('retry-after'))).toBeGreaterThan(0);
    inbox.clock.at += 16 * 60_000;
    expect((await logIn(EMAIL, PASSWORD)).status).toBe(200);
  });

  it('counts guesses in parallel, and by address when the e-mails differ', async () => {
    const tried = await Promise.all(Array.from({ length: 14 }, (_, i) => logIn(`nobody${i}@example.test`, 'guess')));
    expect(tried.filter(({ status }) => status === 401)).toHaveLength(10);
    expect(tried.filter(({ status }) => status === 429)).toHaveLength(4);
  });

  it('does not believe a made-up x-forwarded-for', async () => {
    for (let i = 0; i < 10; i += 1)
      await logIn(`nobody${i}@example.test`, 'guess', { 'x-forwarded-for': `10.0.0.${i}` });
    expect((await logIn(EMAIL, PASSWORD, { 'x-forwarded-for': '10.9.9.9' })).status).toBe(429);
  });

  it('is refused when another site sends it', async () => {
    expect((await logIn(EMAIL, PASSWORD, { origin: 'https://evil.test' })).status).toBe(403);
    expect((await logIn(EMAIL, PASSWORD, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await logIn(EMAIL, PASSWORD, { origin: inbox.url, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  });

  it('uses the __Host- name under the public https address', async () => {
    await inbox.stop();
    await inbox.start({ config: testConfig({ publicUrl: 'https://inbox.example.test' }) });
    const { request } = await import('node:http');
    const answer = await new Promise<string[]>((resolve, reject) => {
      const call = request(
        `${inbox.url}/api/session`,
        { method: 'POST', headers: { host: 'inbox.example.test', 'content-type': 'application/json' } },
        (response) => {
          response.resume();
          resolve(response.headers['set-cookie'] ?? []);
        },
      );
      call.on('error', reject);
      call.end(JSON.stringify({ email: EMAIL, password: PASSWORD }));
    });
    expect(answer[0]).toMatch(/^__Host-seaway_session=.*; Secure/);
  });
});

describe('a session', () => {
  it('slides with use and ends when idle', async () => {
    const page = await inbox.as('li-na');
    inbox.clock.at += IDLE_MS - 60_000;
    expect((await page.get('/api/session')).status).toBe(200);
    inbox.clock.at += IDLE_MS - 60_000;
    expect((await page.get('/api/session')).status).toBe(200);
    inbox.clock.at += IDLE_MS + 1;
    const over = await page.get('/api/session');
    expect([over.status, over.body.error?.code]).toEqual([401, 'unauthenticated']);
  });

  it('ends at last, however much it is used', async () => {
    const page = await inbox.as('li-na');
    const end = inbox.clock.at + ABSOLUTE_MS;
    while (inbox.clock.at + IDLE_MS / 2 < end) {
      inbox.clock.at += IDLE_MS / 2;
      expect((await page.get('/api/session')).status).toBe(200);
    }
    inbox.clock.at = end;
    expect((await page.get('/api/session')).status).toBe(401);
  });

  it('is gone after log-out, and the agent is off', async () => {
    const page = await inbox.as('li-na');
    const { cookie } = page;
    expect((await page.request('DELETE', '/api/session')).status).toBe(204);
    page.cookie = cookie;
    expect((await page.get('/api/session')).status).toBe(401);
    expect((await inbox.store.collection(agents).get('li-na'))?.presence).toBe('offline');
  });

  it('survives a restart, but not a change of the configured password', async () => {
    const [li, omar] = [await inbox.as('li-na'), await inbox.as('omar')];
    const restart = async (config = testConfig()) => {
      await inbox.stop();
      await inbox.start({ config });
      return Promise.all(
        [li, omar].map(
          async (page) => (await fetch(`${inbox.url}/api/session`, { headers: { cookie: page.cookie } })).status,
        ),
      );
    };
    expect(await restart()).toEqual([200, 200]);
    const changed = testConfig();
    changed.agents[0]!.password = 'quite-another-one';
    expect(await restart(changed)).toEqual([401, 200]);
    expect((await logIn(EMAIL, PASSWORD)).status).toBe(401);
    expect((await logIn(EMAIL, 'quite-another-one')).status).toBe(200);
  });

  it('of somebody who left the configuration is none', async () => {
    const page = await inbox.as('omar');
    const config = testConfig();
    config.agents = config.agents.filter((agent) => agent.id !== 'omar');
    await inbox.stop();
    await inbox.start({ config });
    expect((await fetch(`${inbox.url}/api/session`, { headers: { cookie: page.cookie } })).status).toBe(401);
  });

  it('lets nothing be changed without its CSRF token, or from another site', async () => {
    const page = await inbox.as('li-na');
    const other = await inbox.as('omar');
    const put = (csrf: string, headers: Record<string, string> = {}) => {
      page.csrf = csrf;
      return page.request('PUT', '/api/me/presence', { presence: 'away' }, headers);
    };
    const own = page.csrf;
    for (const bad of ['', 'x', other.csrf]) expect((await put(bad)).status).toBe(403);
    expect((await put(own, { origin: 'https://evil.test' })).status).toBe(403);
    expect((await put(own, { 'sec-fetch-site': 'same-site' })).status).toBe(403);
    expect((await inbox.store.collection(agents).get('li-na'))?.presence).toBe('online');
    expect((await put(own)).body).toMatchObject({ id: 'li-na', presence: 'away' });
  });
});
