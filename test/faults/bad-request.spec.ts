import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROUTES, type RouteSpec } from '../../apps/inbox/src/http/route-table.ts';
import type { ApiError } from '../../libs/contracts/src/api.ts';
import { Deployment } from '../harness/deployment.ts';
import { InboxClient } from '../harness/inbox-client.ts';
import { until } from '../harness/until.ts';

const MIB = 1_048_576;

/** May use every route, so that nothing is refused before its body is looked at. */
const ADMIN = {
  id: 'li-na',
  name: 'Li Na',
  email: 'lina@example.test',
  password: 'correct-horse',
  role: 'admin',
  languages: ['zh-CN', 'en'],
  zone: 'Asia/Shanghai',
  capacity: 100,
  queues: ['sea', 'general'],
  shifts: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '00:00', zone: 'Asia/Shanghai' }],
};

let deployment: Deployment;
let agent: InboxClient;
/** A conversation that is there. */
let id = '';
beforeAll(async () => {
  deployment = await Deployment.start({
    mode: 'embedded',
    name: 'bad-request',
    basePort: 22_230,
    config: { agents: [ADMIN] },
  });
  agent = new InboxClient(deployment.inboxUrl);
  await agent.logIn('lina@example.test', 'correct-horse');
  await customerSays(8101, 'Sari', 'Halo kak');
  id = (await agent.conversations())[0]!.id;
});
afterAll(async () => {
  await deployment?.stop();
});

/** Resolves with the conversation's id once the message is shown. */
async function customerSays(phone: number, name: string, text: string): Promise<string> {
  await deployment.simulator.addPhone({ id: phone, name, languageCode: 'id', country: 'ID' });
  await deployment.simulator.say(phone, text);
  const row = async () => (await agent.conversations()).find((one) => one.contactName === name);
  await until('the message is shown', async () => (await row()) !== undefined);
  return (await row())!.id;
}

const isReady = async (): Promise<boolean> => (await fetch(`${deployment.inboxUrl}/health/ready`)).status === 200;

/** A valid body per route, from which one thing at a time is made wrong. */
const BODIES: Record<string, Record<string, unknown>> = {
  logIn: { email: 'lina@example.test', password: 'correct-horse' },
  setPresence: { presence: 'online' },
  saveDraft: { text: 'x', mode: 'reply' },
  preview: { text: 'x' },
  send: { commandId: 'bad-input-send', text: '', final: 'Halo' },
  note: { commandId: 'bad-input-note', text: 'x' },
  assign: { commandId: 'bad-input-assign', to: { kind: 'agent', id: 'li-na' } },
  snooze: { commandId: 'bad-input-snooze', until: Date.now() + 3_600_000 },
  language: { commandId: 'bad-input-language', lang: 'id' },
  replay: { filter: {}, dryRun: true, perSecond: 10 },
  discard: { ids: ['a'], why: 'a test' },
  release: { group: 'seaway-core-inbound', key: 'telegram:shop:1' },
  resolve: { commandId: 'bad-input-resolve', attempt: 0, outcome: 'sent' },
  resolveUnknown: { commandId: 'bad-input-resolve-unknown', attempt: 0, outcome: 'sent' },
  resendUnknown: { commandId: 'bad-input-resend-unknown', attempt: 0 },
};
/** What is tried everywhere as something wrong, and is right here. */
const RIGHT: Record<string, unknown> = { dryRun: true, ids: ['x'] };
const OPTIONAL = new Set(['final', 'reason', 'ifSeq', 'templateId', 'slots', 'override']);
const writing = Object.entries<RouteSpec>(ROUTES).filter(
  ([, route]) => route.method === 'POST' || route.method === 'PUT',
);
const bodyOf = (name: string): Record<string, unknown> => BODIES[name] ?? { commandId: `bad-input-${name}` };

describe('an API request', () => {
  const pathOf = (route: RouteSpec, what = id): string => route.path.replace(':id', what);
  const refused = async (route: RouteSpec, payload: unknown): Promise<ApiError['error']> => {
    const { response, body } = await agent.call(route.method, pathOf(route), payload);
    expect([response.status, JSON.stringify(payload)?.slice(0, 200)]).toEqual([
      400,
      JSON.stringify(payload)?.slice(0, 200),
    ]);
    return (body as ApiError).error;
  };
  const raw = (route: RouteSpec, text: string, type = 'application/json'): ReturnType<InboxClient['raw']> =>
    agent.raw(route.method, pathOf(route), text, type);

  it.each(writing)(
    '%s with a field of a wrong type is refused by the field’s path and what is expected',
    async (name, route) => {
      for (const field of Object.keys(bodyOf(name))) {
        for (const wrong of [{ $ne: null }, { $regex: '.*' }, ['x'], [[]], -1.5, true, { constructor: 1 }]) {
          if (JSON.stringify(wrong) === JSON.stringify(RIGHT[field])) continue;
          const { code, fields, message } = await refused(route, { ...bodyOf(name), [field]: wrong });
          expect(code).toBe('invalid');
          expect(fields?.[0]?.path.split('.')[0]).toBe(field);
          expect(fields?.[0]?.expected).toMatch(/expected/i);
          expect(message).toContain(field);
        }
      }
    },
  );

  it.each(writing)('%s without a field is refused by its path', async (name, route) => {
    for (const field of Object.keys(bodyOf(name)).filter((one) => !OPTIONAL.has(one))) {
      const { [field]: _gone, ...rest } = bodyOf(name);
      expect((await refused(route, rest)).fields?.[0]?.path.split('.')[0]).toBe(field);
    }
  });

  it.each(writing)('%s with a field too many is refused by its path', async (name, route) => {
    for (const extra of ['$where', 'by', 'key', 'role', 'a.b'].filter((one) => !(one in bodyOf(name)))) {
      expect((await refused(route, { ...bodyOf(name), [extra]: 'x' })).fields).toEqual([
        { path: extra, expected: 'expected no such field' },
      ]);
    }
    const text = JSON.stringify(bodyOf(name));
    for (const poison of ['"__proto__":{"role":"admin"}', '"constructor":{"prototype":{"role":"admin"}}']) {
      expect((await raw(route, text.replace('{', `{${poison},`))).status).toBe(400);
    }
    expect(({} as { role?: string }).role).toBeUndefined();
  });

  it.each(writing)('%s with a body that is none is refused', async (_name, route) => {
    for (const text of ['{"text":', 'null', '[]', '"x"', '1', `${'['.repeat(5000)}${']'.repeat(5000)}`]) {
      const answer = await raw(route, text);
      expect([text.slice(0, 20), answer.status, (JSON.parse(answer.text) as ApiError).error.code]).toEqual([
        text.slice(0, 20),
        400,
        'invalid',
      ]);
    }
    expect((await raw(route, 'a=b', 'application/x-www-form-urlencoded')).status).toBe(415);
    expect((await raw(route, JSON.stringify({ text: 'x'.repeat(2 * MIB) }))).status).toBe(413);
  });

  it.each(writing.filter(([name]) => name !== 'logIn'))(
    '%s needs a session, and the token of it',
    async (name, route) => {
      const stranger = new InboxClient(deployment.inboxUrl);
      for (const body of [bodyOf(name), { $ne: null }])
        expect((await stranger.call(route.method, pathOf(route), body)).response.status).toBe(401);
      const without = await agent.raw(route.method, pathOf(route), JSON.stringify(bodyOf(name)), 'application/json', {
        'x-csrf-token': 'guessed',
      });
      expect(without.status).toBe(403);
    },
  );

  it.each(writing.filter(([, { path }]) => path.includes(':id')))(
    '%s to an id that is not there finds nothing: 404',
    async (name, route) => {
      for (const what of ['no-such-id', '__proto__', encodeURIComponent('{"$ne":null}'), '..%2f..%2fetc%2fpasswd']) {
        const { response, body } = await agent.call(route.method, pathOf(route, what), {
          ...bodyOf(name),
          commandId: undefined,
          ...('commandId' in bodyOf(name) ? { commandId: `bad-id-${name}-1` } : {}),
        });
        expect([what, response.status, (body as ApiError).error.code]).toEqual([what, 404, 'not_found']);
      }
      expect((await agent.call(route.method, pathOf(route, 'x'.repeat(500)), bodyOf(name))).response.status).toBe(400);
    },
  );

  it('leaves the process ready, and nothing of it was done', async () => {
    expect(await isReady()).toBe(true);
    const entries = await agent.timeline(id);
    expect(entries.filter((entry) => entry.direction === 'out' || entry.kind === 'note')).toEqual([]);
  });

  it('and a good message still goes through, both ways', async () => {
    const conversation = await customerSays(8102, 'Dewi', 'Halo kak, masih buka?');
    const good = { commandId: 'bad-input-good', text: '', final: 'Masih kak' };
    const { response } = await agent.call('POST', `/api/conversations/${conversation}/messages`, good);
    expect(response.status).toBe(202);
    await until('the customer has the answer', async () =>
      (await deployment.simulator.replies(8102)).includes('Masih kak'),
    );
  });
});
