import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import type { Express } from 'express';
import { InboxController } from '../auth/access.guard.ts';
import { TestInbox } from '../testing/test-inbox.ts';
import { conversationOf, messageOf } from '../testing/specimens.ts';
import type { TestPage } from '../testing/test-page.ts';
import { ROUTES, type RouteSpec } from './route-table.ts';

/** Somebody forgot to say who may call it. */
@InboxController()
@Controller()
class Forgotten {
  @Get('/api/forgotten')
  forgotten(): string {
    return 'secret';
  }
}

/** Stands beside the inbox in the same process. */
@Controller()
class Neighbour {
  @Get('/health/live')
  live(): { status: string } {
    return { status: 'ok' };
  }
}

const table = Object.entries<RouteSpec>(ROUTES);
const sample = conversationOf('sari');
let inbox: TestInbox;
let page: TestPage;
/** May call every route. */
let admin: TestPage;
beforeAll(async () => {
  inbox = await TestInbox.open({}, [Forgotten, Neighbour]);
  await inbox.put({ conversation: sample }, { message: messageOf(sample, 'top up error') });
  page = await inbox.as('li-na');
  admin = await inbox.as('hui');
}, 30_000);
afterAll(() => inbox.close());

interface Layer {
  route?: { path: string; stack: { method: string }[] };
}
/** What Express really has, not what a table says. */
function registered(): string[] {
  const { router } = inbox.app.getHttpAdapter().getInstance() as Express & { router: { stack: Layer[] } };
  return router.stack.flatMap(({ route }) =>
    route === undefined ? [] : route.stack.map(({ method }) => `${method.toUpperCase()} ${route.path}`),
  );
}

/** A valid path and body for a route of the table, as far as the schema lets one be guessed. */
const BODIES: Record<string, unknown> = {
  logIn: { email: 'li-na@example.test', password: 'x' },
  setPresence: { presence: 'online' },
  saveDraft: { text: 'x', mode: 'reply' },
  preview: { text: 'x' },
  send: { commandId: 'command-1', text: 'x' },
  note: { commandId: 'command-2', text: 'x' },
  assign: { commandId: 'command-3', to: { kind: 'agent', id: 'omar' } },
  snooze: { commandId: 'command-4', until: Date.UTC(2026, 3, 1) },
  language: { commandId: 'command-5', lang: 'id' },
  resolve: { commandId: 'command-6', attempt: 0, outcome: 'sent' },
  replay: { filter: { topic: 'seaway.commands' }, dryRun: true, perSecond: 10 },
  discard: { ids: ['some-id'], why: 'a test' },
  release: { group: 'core', key: 'telegram:shop:none' },
  resolveUnknown: { commandId: 'command-7', attempt: 0, outcome: 'failed' },
  resendUnknown: { commandId: 'command-8', attempt: 0 },
};
const bodyOf = (name: string, route: RouteSpec): unknown =>
  route.body === undefined ? undefined : (BODIES[name] ?? { commandId: `command-${name}` });
const at = (route: RouteSpec, id: string): string =>
  route.path.replace(':id', id) + (route.path === '/api/changes' ? '?since=0' : '');

describe('every route', () => {
  it('that Express has is in the table, and the other way round', () => {
    const known = table.map(([, { method, path }]) => `${method} ${path}`);
    expect(
      registered()
        .filter((one) => !one.includes('forgotten') && !one.includes('health'))
        .sort(),
    ).toEqual(known.sort());
  });

  it.each(table.filter(([, route]) => !('public' in route.access)))('%s needs a session', async (name, route) => {
    for (const path of [
      at(route, sample._id),
      `${at(route, sample._id).split('?')[0]}/`,
      at(route, sample._id).replace('/api', '/API'),
    ]) {
      const { status, body } = await inbox.page().request<object>(route.method, path, bodyOf(name, route));
      expect(status).toBe(401);
      expect(body.error?.code).toBe('unauthenticated');
    }
  });

  it.each(table.filter(([, { path }]) => path.includes(':id')))(
    '%s answers 404 for an id that is not there',
    async (name, route) => {
      for (const id of ['no-such-id', '..%2f..%2fetc', encodeURIComponent('{"$ne":null}'), '__proto__']) {
        const { status, body } = await admin.request<object>(route.method, at(route, id), bodyOf(name, route));
        expect([status, body.error?.code]).toEqual([404, 'not_found']);
      }
    },
  );

  it.each(table.filter(([, { body }]) => body !== undefined))(
    '%s takes strings only, and no other field',
    async (name, route) => {
      const good = bodyOf(name, route) as Record<string, unknown>;
      const attacks: unknown[] = [
        { $ne: null },
        { $regex: '.*' },
        { $gt: '' },
        ['x'],
        [{ $ne: null }],
        null,
        -17,
        { toString: 'x' },
      ];
      for (const field of Object.keys(good)) {
        for (const attack of attacks) {
          if ((field === 'lang' && attack === null) || (field === 'ids' && Array.isArray(attack) && attack[0] === 'x'))
            continue;
          const { status, body } = await admin.request<object>(route.method, at(route, sample._id), {
            ...good,
            [field]: attack,
          });
          expect([status, body.error?.code]).toEqual([400, 'invalid']);
          expect(body.error?.fields?.[0]?.path.startsWith(field)).toBe(true);
          expect(body.error?.fields?.[0]?.expected).toMatch(/expected/i);
        }
      }
      const extra = await admin.request<object>(route.method, at(route, sample._id), { ...good, $where: 'sleep(1)' });
      expect([extra.status, extra.body.error?.fields]).toEqual([
        400,
        [{ path: '$where', expected: 'expected no such field' }],
      ]);
      const polluted = await admin.request<object>(
        route.method,
        at(route, sample._id),
        JSON.stringify(good).replace('{', '{"__proto__":{"role":"admin"},'),
      );
      expect(polluted.status).toBe(400);
    },
  );

  it.each(
    table
      .filter(([, { body }]) => body !== undefined)
      .map(([name, route]) => [name, route.method, at(route, sample._id)]),
  )('%s refuses a body that is none', async (_name, method, path) => {
    for (const text of ['{"text":', '"x"', '[]', '1', 'null'])
      expect((await admin.request<object>(method, path, text)).status).toBe(400);
    expect(
      (await admin.request<object>(method, path, 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }))
        .status,
    ).toBe(415);
    const huge = await admin.request<object>(method, path, JSON.stringify({ text: 'x'.repeat(300_000) }));
    expect([huge.status, huge.body.error?.code]).toEqual([413, 'invalid']);
    const deep = await admin.request<object>(method, path, `${'['.repeat(5000)}${']'.repeat(5000)}`);
    expect(deep.status).toBe(400);
  });
});

describe('the edge', () => {
  it('refuses a handler that nobody opened', async () => {
    for (const path of ['/api/forgotten', '/api/forgotten/', '/API/forgotten', '/api//forgotten', '/api/%66orgotten']) {
      expect([403, 404]).toContain((await page.get(path)).status);
    }
    expect((await page.get('/api/forgotten')).body.error?.code).toBe('forbidden');
    expect((await page.request('HEAD', '/api/forgotten')).status).toBe(403);
  });

  it('leaves the controllers beside it alone', async () => {
    const { status, body, headers } = await inbox.page().get('/health/live');
    expect([status, body]).toEqual([200, { status: 'ok' }]);
    expect(headers.get('content-security-policy')).toBeNull();
  });

  it('answers unknown addresses and bad encodings in the one shape', async () => {
    for (const [path, status] of [
      ['/api/nothing', 404],
      ['/api/conversations/%E0%A4%A', 400],
    ] as const) {
      const answer = await page.get(path);
      expect(answer.status).toBe(status);
      expect(answer.body.error?.message).not.toBe('');
    }
  });

  it('refuses operators, doubles and unknown fields in queries', async () => {
    for (const query of [
      'view[$ne]=x',
      'view=all&view=mine',
      'view=everything',
      'limit=0',
      'limit=201',
      'limit=1e3',
      'after=',
      'since=1',
      '$where=1',
    ]) {
      expect((await page.get(`/api/conversations?${query}`)).status).toBe(400);
    }
    for (const after of ['x', 'W10', Buffer.from('["a","b"]').toString('base64url')]) {
      const { status, body } = await page.get(`/api/conversations?view=all&after=${after}`);
      expect([status, body.error?.fields?.[0]?.path]).toEqual([400, 'after']);
    }
  });

  it('sends security headers and lets nothing be cached', async () => {
    const { headers } = await page.get('/api/session');
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.get('content-security-policy')).not.toMatch(/script-src[^;]*unsafe/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it.each(table.filter(([, { path }]) => path.startsWith('/api/operations/')))(
    'opens %s to admins only',
    async (name, route) => {
      for (const id of ['li-na', 'mei']) {
        const reader = await inbox.as(id);
        const { status, body } = await reader.request<object>(route.method, at(route, sample._id), bodyOf(name, route));
        expect([status, body.error?.code]).toEqual([403, 'forbidden']);
      }
    },
  );

  it('shows the state of the engines to leads only', async () => {
    const refused = await page.get('/api/engines');
    expect([refused.status, refused.body.error?.code]).toEqual([403, 'forbidden']);
    expect((await (await inbox.as('mei')).get<unknown[]>('/api/engines')).body).toEqual(
      expect.arrayContaining([expect.objectContaining({ name: 'phrasebook', state: 'up' })]),
    );
  });

  it('describes itself: every route, with its schemas', async () => {
    const { body } = await inbox
      .page()
      .get<{ openapi: string; paths: Record<string, Record<string, { operationId: string; responses: object }>> }>(
        '/api/openapi.json',
      );
    expect(body.openapi).toBe('3.1.0');
    const operations = Object.values(body.paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    );
    expect(operations.sort()).toEqual(Object.keys(ROUTES).sort());
    expect(body.paths['/api/conversations/{id}/messages']?.['post']).toMatchObject({
      'x-permission': 'conversations.write',
      requestBody: {
        content: {
          'application/json': {
            schema: { required: expect.arrayContaining(['text', 'commandId']), additionalProperties: false },
          },
        },
      },
    });
  });
});
