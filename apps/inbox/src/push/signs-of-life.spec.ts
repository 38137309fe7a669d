import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type AgentDoc, agents } from '#libs/store';
import { Roster } from '../auth/roster.ts';
import { MONDAY, TestInbox } from '../testing/test-inbox.ts';

let inbox: TestInbox;
beforeEach(async () => {
  inbox = await TestInbox.open({ push: { coalesceMs: 1, signsMs: 5 } });
}, 30_000);
afterEach(() => inbox.close());

const li = async (): Promise<AgentDoc> => (await inbox.store.collection(agents).get('li-na' as never))!;

async function until(what: string, holds: (doc: AgentDoc) => boolean): Promise<void> {
  for (const end = Date.now() + 3000; !holds(await li());) {
    if (Date.now() > end) throw new Error(`waited in vain until ${what}: ${JSON.stringify(await li())}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

it('writes when an open page was heard of, and never an older moment, as another instance might', async () => {
  const page = await inbox.as('li-na');
  expect((await li()).heardAt).toBeUndefined();
  const push = await page.push();
  await until('the page is heard of', (doc) => doc.heardAt === MONDAY);
  inbox.clock.at += 30_000;
  push.say({ type: 'ping' });
  await until('what it says is written', (doc) => doc.heardAt === MONDAY + 30_000);
  const { version } = await li();
  await inbox.app.get(Roster).heard('li-na', MONDAY + 1000);
  expect((await li()).version).toBe(version);
});

it('brings back who was only lost, and leaves offline who said so', async () => {
  const page = await inbox.as('li-na');
  const roster = inbox.store.collection(agents);
  await roster.replace({ ...(await li()), presence: 'offline', lostWhile: 'away', heardAt: 1 });
  const push = await page.push();
  await until('she is back as she was', (doc) => doc.presence === 'away' && doc.lostWhile === undefined);

  await page.request('PUT', '/api/me/presence', { presence: 'offline' });
  inbox.clock.at += 1000;
  push.say({ type: 'ping' });
  await until('the page is heard of again', (doc) => doc.heardAt === MONDAY + 1000);
  expect((await li()).presence).toBe('offline');
});
