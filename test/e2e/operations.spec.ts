import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openEmbeddedBus } from '#libs/bus';
import { COMMANDS_TOPIC, type ConversationId } from '#libs/contracts';
import { conversations, openEmbeddedStore } from '#libs/store';
import type { AuditPage, DeadLetterPage, ParkedPage, UnknownPage } from '../../libs/contracts/src/operations-api.ts';
import { findChromium, launch, openPage, pictured, seriousFindings } from '../harness/browser.ts';
import { InboxClient } from '../harness/inbox-client.ts';
import { AppProcess } from '../harness/process.ts';
import { Simulator } from '../harness/simulator.ts';
import { until } from '../harness/until.ts';

const chromium = findChromium();
const ADMIN = { email: 'lina@demo.seaway', password: 'demo-seaway' };
const SARI = 9001;
const PORT = 7460;
/** Where a list belongs. */
const NO_CLOCKS = 'none';
const BAD_BYTES = '{"type":"send", "parts": [';

jest.setTimeout(240_000);

/** The demo with something really wrong in it: each trouble is made as it would come about, and repaired by an operator. */
(chromium ? describe : describe.skip)('the operators’ page', () => {
  const data = mkdtempSync(join(tmpdir(), 'seaway-operations-'));
  const demo = new AppProcess('operations-demo', 'apps/standalone', {
    SEAWAY_DATA: data,
    SEAWAY_PORT: String(PORT),
    SEAWAY_HOST: '127.0.0.1',
    BUS: 'embedded',
    STORE: 'embedded',
  });
  const admin = new InboxClient(demo.url);
  let browser: Browser;
  let page: Page;
  let conversationId = '';
  /** The one that cannot be worked on: another, since an answer to the first would wait behind what is parked. */
  let brokenId = '';
  const pages = (): Page[] => [page];

  beforeAll(async () => {
    delete process.env['SEAWAY_CONFIG'];
    await demo.start();
    browser = await launch(chromium!);
  });
  afterAll(async () => {
    await browser?.close();
    await demo.stop();
    rmSync(data, { recursive: true, force: true });
  });

  const post = async (path: string, body: object): Promise<void> => {
    const { response, body: answer } = await admin.call('POST', path, { commandId: crypto.randomUUID(), ...body });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${JSON.stringify(answer)}`);
  };
  const outgoing = async () =>
    (await admin.timeline(conversationId)).filter((one) => one.direction === 'out' && one.kind === 'message');
  const rows = (): Promise<number> => page.locator('[data-row]').count();
  const openTab = async (tab: string): Promise<void> => {
    await page.click(`[data-tab=${tab}]`);
    await page.waitForSelector(`[data-operations=${tab}]`);
  };

  /** While nothing runs: bytes that are no command on the bus, and a document that no build of ours would write. */
  async function tamper(clocks: unknown): Promise<unknown> {
    const bus = await openEmbeddedBus({ path: join(data, 'bus.sqlite') });
    const store = openEmbeddedStore({ path: join(data, 'store.sqlite') });
    const docs = store.collection(conversations);
    const doc = (await docs.get(brokenId as ConversationId))!;
    await docs.replace({ ...doc, clocks: clocks as never });
    const { key } = (await docs.get(conversationId as ConversationId))!;
    if (clocks === NO_CLOCKS)
      await bus.publish([{ topic: COMMANDS_TOPIC, key, value: BAD_BYTES, headers: { from: 'a test' } }]);
    await store.close();
    await bus.close();
    return doc.clocks;
  }

  it('lets an admin see and end what went wrong, and keeps a log of it', async () => {
    // An answer leaves, and the connection breaks before the provider says so.
    const simulator = new Simulator(demo.url);
    await simulator.webhookRegistered();
    await admin.logIn(ADMIN.email, ADMIN.password);
    await simulator.say(SARI, 'top up uang elektronik error');
    await until('both conversations are there', async () => {
      const all = await admin.conversations();
      conversationId = all.find((row) => row.key.endsWith(`:${SARI}`))?.id ?? '';
      // One of the past, in which nothing happens any more.
      brokenId = all.findLast((row) => row.id !== conversationId)?.id ?? '';
      return conversationId !== '' && brokenId !== '';
    });
    await post(`/api/conversations/${conversationId}/take`, {});
    await simulator.call('PUT', '/knobs', { failNext: [{ method: 'sendMessage', cut: 'after', times: 1 }] });
    await post(`/api/conversations/${conversationId}/messages`, {
      text: '您好，正在处理',
      final: 'Halo, sedang kami proses',
    });
    // Hers, or what the bot said just before she took the conversation.
    let doubt = '';
    await until('nobody knows whether it arrived', async () => {
      doubt = (await outgoing()).find((one) => one.status === 'unknown')?.text ?? '';
      return doubt !== '';
    });

    // Bad bytes on the bus, and a conversation that cannot be worked on.
    await demo.stop();
    const clocks = await tamper(NO_CLOCKS);
    await demo.start();
    await post(`/api/conversations/${brokenId}/notes`, { text: 'Please call her back.' });

    await until('one of each is listed', async () => {
      const [letters, parked, unknown] = await Promise.all([
        admin.get<DeadLetterPage>('/api/operations/dead-letters'),
        admin.get<ParkedPage>('/api/operations/parked'),
        admin.get<UnknownPage>('/api/operations/unknown'),
      ]);
      return [letters, parked, unknown].every(({ items }) => items.length === 1);
    });

    page = await openPage(browser, `${demo.url}/#/operations/unknown`);
    await pictured('operations', pages, async () => {
      await page.evaluate(`localStorage.setItem('seaway.language', 'en')`);
      await page.reload();
      await page.fill('input[type=email]', ADMIN.email);
      await page.fill('input[type=password]', ADMIN.password);
      await page.keyboard.press('Enter');

      // The customer answered, so it arrived. By keyboard alone.
      await page.waitForSelector('[data-row]');
      await page.locator('[data-row]').focus();
      await page.keyboard.press('Enter');
      await page.locator('[data-detail]').getByText(doubt).waitFor();
      await page.locator('[data-detail]').getByRole('button', { name: 'It arrived' }).press('Enter');
      await page.getByRole('dialog').locator('textarea').fill('she quoted it');
      await page.getByRole('button', { name: 'They arrived: 1' }).click();
      await page.getByText('No delivery is in doubt').waitFor();
      expect((await outgoing()).filter(({ status }) => status === 'unknown')).toEqual([]);

      await endDeadLetter();
      await openTab('parked');
      await page.locator('[data-row]').click();
      await page.locator('[data-bytes]').getByText('Please call her back.').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.waitForSelector('[data-detail]', { state: 'detached' });

      // The fault is repaired while the page stays open; then the key is released and nothing is missing.
      await demo.stop();
      await tamper(clocks);
      await demo.start();
      await page.getByRole('checkbox', { name: /^Select: / }).check();
      await page.getByRole('button', { name: 'Release selected (1)' }).click();
      await page.getByRole('button', { name: 'Release 1' }).click();
      await page.getByText('No key is parked').waitFor();
      await until('the note is in its conversation', async () =>
        (await admin.timeline(brokenId)).some((one) => one.text === 'Please call her back.'),
      );

      await openTab('lag');
      await page.locator('[data-row]').getByText('seaway-core-commands').waitFor();
      await openTab('audit');
      await page.waitForSelector('[data-row]');
      expect(await rows()).toBeGreaterThanOrEqual(5);
      expect(await seriousFindings(page)).toEqual([]);
    });

    const { items } = await admin.get<AuditPage>('/api/operations/audit');
    expect(items.map(({ by, action }) => `${by} ${action}`).reverse()).toEqual([
      'li-na delivery.resolve',
      'li-na dead-letters.replay',
      'li-na dead-letters.replayed',
      'li-na dead-letters.discard',
      'li-na parked-key.release',
    ]);
    expect(JSON.parse(await ops('audit', 'list', '--json'))).toEqual(items);
    expect(await ops('dead-letters', 'list', '--state', 'discarded')).toContain('discarded');
    await expect(ops('parked', 'release', 'seaway-core-commands', 'telegram:none:0')).rejects.toMatchObject({
      code: 1,
    });
  });

  /** Replayed bytes that are still bad come back; they are discarded then. */
  async function endDeadLetter(): Promise<void> {
    await openTab('dead-letters');
    await page.locator('[data-row]').focus();
    await page.keyboard.press('Enter');
    await page.locator('[data-bytes]').getByText(BAD_BYTES).waitFor();
    await page.locator('[data-detail]').getByRole('button', { name: 'Replay' }).click();
    await page.getByText('Records that would be published again: 1').waitFor();
    await page.getByRole('button', { name: 'Replay 1' }).click();
    await page.getByText('Replayed: 1 of 1').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await until('it has failed again', async () => {
      const { items } = await admin.get<DeadLetterPage>('/api/operations/dead-letters?state=open');
      return items.length === 1;
    });
    await page.waitForSelector('[data-row]');
    await page.keyboard.press('Escape');
    await page.locator('[data-row]').focus();
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Discard selected (1)' }).click();
    const confirm = page.getByRole('button', { name: 'Discard 1' });
    expect(await confirm.isDisabled()).toBe(true);
    await page.getByRole('dialog').locator('textarea').fill('cut off by its sender');
    await confirm.click();
    await page.getByText('No dead letters').waitFor();
  }

  const ops = async (...line: string[]): Promise<string> => {
    const root = resolve(import.meta.dirname, '../..');
    const { stdout } = await promisify(execFile)(
      join(root, 'node_modules/node/bin/node'),
      [join(root, 'scripts/ops.ts'), ...line],
      {
        env: {
          ...process.env,
          SEAWAY_URL: demo.url,
          SEAWAY_OPS_EMAIL: ADMIN.email,
          SEAWAY_OPS_PASSWORD: ADMIN.password,
        },
      },
    );
    return stdout;
  };
});
