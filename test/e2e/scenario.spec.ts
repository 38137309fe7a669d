import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import type { ApiError, ConversationRow } from '../../libs/contracts/src/api.ts';
import { findChromium, launch, layoutShift, openPage, pictured, seriousFindings } from '../harness/browser.ts';
import { Deployment, type Mode, modes } from '../harness/deployment.ts';
import { InboxClient } from '../harness/inbox-client.ts';
import { until } from '../harness/until.ts';

const PACK = resolve(import.meta.dirname, '../../packs/livestream');
const LI_NA = 'lina@example.test';
const DIEGO = 'diego@example.test';
const PASSWORD = 'correct-horse';
const BASE_PORTS: Record<Mode, number> = { embedded: 22_300, distributed: 22_310 };

const chromium = findChromium();

/** What the brochure promises, in a real browser against the deployed processes: every agent's act is a key press. */
(chromium === undefined ? describe.skip : describe).each(modes())('the product as it is used, %s', (mode) => {
  let deployment: Deployment;
  let browser: Browser;
  let lina: InboxClient;
  const pages: Page[] = [];

  beforeAll(async () => {
    [deployment, browser] = await Promise.all([
      Deployment.start({ mode, name: `scenario-${mode}`, basePort: BASE_PORTS[mode] }),
      launch(chromium!),
    ]);
    lina = new InboxClient(deployment.inboxUrl);
    await lina.logIn(LI_NA, PASSWORD);
  });
  afterAll(async () => {
    await browser?.close();
    await deployment?.stop();
  });
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.context().close();
  });

  async function open(url: string): Promise<Page> {
    const page = await openPage(browser, url);
    pages.push(page);
    return page;
  }

  /** The inbox at a place of its own, logged in by keyboard. */
  async function inbox(email: string, place = ''): Promise<Page> {
    const page = await open(`${deployment.inboxUrl}/${place}`);
    await logIn(page, email);
    return page;
  }

  async function conversationOf(name: string, agent = lina): Promise<ConversationRow> {
    let found: ConversationRow | undefined;
    await until(
      `there is a conversation of ${name}`,
      async () => (found = (await agent.conversations()).find((row) => row.contactName === name)) !== undefined,
    );
    return found!;
  }

  /** The agent's page on the conversation of a customer who is hers. */
  async function opened(name: string): Promise<{ page: Page; id: string }> {
    await until(`${name} is Li Na's`, async () => (await conversationOf(name)).owner.id === 'li-na');
    const { id } = await conversationOf(name);
    const page = await inbox(LI_NA, `#/mine/${encodeURIComponent(id)}`);
    await page.waitForSelector('[data-entry]');
    return { page, id };
  }

  const scenario = (says: string, name: string, part: () => Promise<void>): void =>
    it(says, () => pictured(`scenario-${mode}-${name}`, () => pages, part));

  scenario('answers a mixed sentence with a template, by keyboard alone', 'template', async () => {
    const { simulator, inboxUrl } = deployment;
    await simulator.addPhone({ id: 601, name: 'Sari Wulandari', languageCode: 'id', country: 'ID' });
    const phone = await open(`${simulator.url}/sim/?phone=601`);
    const page = await open(inboxUrl);
    await page.waitForSelector('input[type=email]:focus');
    await phone.locator('#text').fill('top up uang elektronik error');
    await phone.locator('#text').press('Enter');

    await logIn(page, LI_NA);
    await page.locator('[role=option]').getByText('Sari Wulandari').waitFor();
    await page.keyboard.press('Alt+Digit1');
    await page.waitForSelector('[data-pane=list]:focus');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-pane=composer]:focus');
    const said = page.locator('[data-entry]', { has: page.getByText('top up uang elektronik error') });
    await said.getByText('电子钱包充值出错').first().waitFor();
    await said.locator('[data-original]').getByText('top up uang elektronik error').waitFor();
    await said.getByText('id → zh +en').waitFor();
    expect(await conversationOf('Sari Wulandari')).toMatchObject({
      owner: { kind: 'agent', id: 'li-na' },
      language: { lang: 'id', mixedWith: ['en'] },
    });

    await page.keyboard.type('/');
    await page.waitForSelector('#template-ewallet-topup');
    await choose(page, 'template-ewallet-topup');
    await page.keyboard.press('Enter');
    const template = templateText('ewallet-topup', 'id');
    await page.getByTestId('final').getByText(template, { exact: true }).waitFor();
    await page.keyboard.press('Control+Enter');
    await phone.locator('.bubble.bot').getByText(template, { exact: true }).waitFor();
    await page.locator('[data-entry] [data-status=sent]').waitFor();
    expect(await simulator.replies(601)).toEqual([template]);
    const shift = await layoutShift(page);
    console.info(`layout shift while a customer is answered, ${mode}: ${shift.toFixed(4)}`);
    expect(shift).toBeLessThan(0.05);
  });

  scenario('lets no promise out, names the rule, and sends the approved sentence instead', 'promise', async () => {
    const { simulator } = deployment;
    const rule = JSON.parse(readFileSync(join(PACK, 'rules/sea-withdrawal-promise.json'), 'utf8')) as {
      name: string;
      effects: { suggest: Record<string, string> }[];
    };
    const { suggest } = rule.effects[0]!;
    const approved = suggest['id']!;
    await simulator.addPhone({ id: 602, name: 'Budi Hartono', languageCode: 'id', country: 'ID' });
    await simulator.say(602, 'berapa lama penarikan saldo?');
    const { page, id } = await opened('Budi Hartono');

    const promise = { text: '提现保证100%到账', final: 'Penarikan dijamin 100% berhasil' };
    for (const [words, sentence] of [
      [promise, approved],
      [{ text: promise.text }, suggest['zh-CN']],
    ] as const) {
      const { response, body } = await lina.call('POST', `/api/conversations/${id}/messages`, {
        ...words,
        commandId: crypto.randomUUID(),
      });
      const { error } = body as ApiError;
      expect({ status: response.status, code: error.code }).toEqual({ status: 422, code: 'blocked' });
      expect(error.findings).toContainEqual(
        expect.objectContaining({
          ruleId: 'sea-withdrawal-promise',
          ruleName: rule.name,
          severity: 'block',
          fix: expect.objectContaining({ text: sentence }),
        }),
      );
    }

    // The words are forbidden before anything could translate them; the approved sentence has a translation.
    await page.keyboard.press('Alt+KeyL');
    await page.waitForSelector('[data-pane=composer]:focus');
    await page.keyboard.type(promise.text);
    await page.locator('[data-findings]').getByText(rule.name).first().waitFor();
    await takeFix(page, suggest['zh-CN']!);
    await page.getByTestId('final').getByText(approved, { exact: true }).waitFor();
    await page.keyboard.press('Control+Enter');
    await until('the approved sentence has arrived', async () => (await simulator.replies(602)).length > 0);

    // The translation written by hand is judged as well, and its fix takes the place of the whole sentence.
    await page.keyboard.type('请稍候');
    await page.waitForSelector('[data-edit-final]');
    await page.keyboard.press('Tab');
    await page.waitForSelector('[data-edit-final]:focus');
    await page.keyboard.press('Enter');
    await page.waitForSelector('textarea[lang]:focus');
    await page.keyboard.press('Control+KeyA');
    await page.keyboard.type(`Mohon tunggu. ${promise.final}.`);
    await page.locator('[data-findings]').getByText(rule.name).first().waitFor();
    await takeFix(page, approved);
    await page.keyboard.press('Control+Enter');
    await until('the second answer has arrived', async () => (await simulator.replies(602)).length > 1);
    expect(await simulator.replies(602)).toEqual([approved, `Mohon tunggu. ${approved}`]);
  });

  scenario('has a bot on duty where nobody is, and hands over to the queue', 'night', async () => {
    const { simulator } = deployment;
    await simulator.addPhone({ id: 603, name: 'Ximena Torres', languageCode: 'es-MX', country: 'MX' });
    await simulator.say(603, 'Hola, la repetición del directo no carga');
    await until('the bot has answered', async () => (await simulator.replies(603)).length === 1);
    expect((await simulator.replies(603))[0]).toContain('Hola, soy un asistente automático.');
    expect((await simulator.replies(603))[0]).toContain(templateText('replay-not-loading', 'es'));
    await simulator.say(603, 'Quiero hablar con una persona');
    await until('the bot has said that it hands over', async () => (await simulator.replies(603)).length === 2);
    await until('the conversation waits', async () => (await conversationOf('Ximena Torres')).owner.kind === 'queue');

    const row = await conversationOf('Ximena Torres');
    expect(row.owner).toMatchObject({ kind: 'queue', id: 'latam' });
    const page = await inbox(DIEGO, '#/waiting');
    await page.locator('[role=option]').getByText('Ximena Torres').waitFor();
    await page.keyboard.press('Alt+KeyJ');
    await page.locator('[data-entry]').getByText('Quiero hablar con una persona').first().waitFor();
    await page.locator('[data-entry]').getByText('the customer asked for a person').waitFor();
    await page.keyboard.press('Alt+KeyY');
    await page.waitForSelector('[data-why] li');
    expect(await page.locator('[data-why] li').count()).toBeGreaterThanOrEqual(3);
  });

  scenario('answers a visitor of a shop in the web chat, who keeps the history', 'webchat', async () => {
    const webchat = mode === 'embedded' ? deployment.inboxUrl : `http://127.0.0.1:${BASE_PORTS[mode] + 5}`;
    expect((await fetch(`${webchat}/webchat/shop/demo.html`, { method: 'HEAD' })).status).toBe(200);
    const visitor = await open(`${webchat}/webchat/shop/demo.html`);
    const before = new Set((await lina.conversations()).map((row) => row.id));
    await visitor.locator('textarea').fill('Hi, my stream keeps stalling');
    await visitor.locator('textarea').press('Enter');

    let id = '';
    await until(
      'the agent sees the visitor',
      async () =>
        (id =
          (await lina.conversations('mine')).find((row) => row.channel === 'webchat' && !before.has(row.id))?.id ??
          '') !== '',
    );
    const page = await inbox(LI_NA, `#/mine/${encodeURIComponent(id)}`);
    await page
      .locator('[role=option]')
      .getByText(/^Visitor \w{4}$/)
      .waitFor();
    await page.locator('[data-entry]').getByText('Hi, my stream keeps stalling').first().waitFor();
    const reply = {
      text: '请检查网络。',
      final: 'Please check your internet connection.',
      commandId: `webchat-${mode}`,
    };
    expect(
      (await lina.call('POST', `/api/conversations/${encodeURIComponent(id)}/messages`, reply)).response.status,
    ).toBe(202);
    await visitor.locator('.list').getByText(reply.final).waitFor();
    await page.locator('[data-entry] [data-status=read]').waitFor();

    await visitor.reload();
    await visitor.locator('.list').getByText('Hi, my stream keeps stalling').waitFor();
    await visitor.locator('.list').getByText(reply.final).waitFor();
    expect(await visitor.locator('.list .item').count()).toBe(2);
  });

  scenario('is accessible with a conversation open, and reads Arabic from the right', 'arabic', async () => {
    const { simulator } = deployment;
    const words = 'لم يصل المبلغ بعد الشحن';
    await simulator.addPhone({ id: 605, name: 'فهد الحربي', languageCode: 'ar', country: 'SA' });
    await simulator.say(605, words);
    const { page } = await opened('فهد الحربي');
    await page.locator('[data-entry]').getByText(words).first().waitFor();
    const directions = `[...document.querySelectorAll('[data-entry] p')].filter((p) => p.textContent === ${JSON.stringify(words)}).map((p) => getComputedStyle(p).direction)`;
    expect(await page.evaluate<string[]>(directions)).toEqual(['rtl']);
    expect(await seriousFindings(page)).toEqual([]);
  });
});

async function logIn(page: Page, email: string): Promise<void> {
  await page.waitForSelector('input[type=email]:focus');
  await page.keyboard.type(email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await page.waitForSelector('[data-pane=list]', { state: 'attached' });
}

/** Once the newest words are checked, Ctrl+Enter goes to the rule's sentence instead of sending; Enter takes it. */
async function takeFix(page: Page, sentence: string): Promise<void> {
  await page.waitForSelector('.late', { state: 'detached' });
  await page.locator('[data-fix]').getByText(sentence).first().waitFor();
  await page.keyboard.press('Control+Enter');
  await page.waitForSelector('[data-fix]:focus');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[data-findings]', { state: 'detached' });
  await page.waitForSelector('[data-pane=composer]:focus');
}

/** Walks down a listbox of suggestions until the wanted one is selected. */
async function choose(page: Page, id: string): Promise<void> {
  const selected = async (): Promise<boolean> =>
    (await page.locator(`#${id}`).getAttribute('aria-selected')) === 'true';
  const count = await page.locator('#template-list [role=option]').count();
  for (let n = 0; n < count && !(await selected()); n += 1) await page.keyboard.press('ArrowDown');
  expect(await selected()).toBe(true);
}

/** A template's words as the pack has them. */
function templateText(id: string, lang: string): string {
  const { templates } = JSON.parse(readFileSync(join(PACK, 'templates.json'), 'utf8')) as {
    templates: { id: string; phrases: string[] }[];
  };
  const { phrases } = JSON.parse(readFileSync(join(PACK, 'phrasebook.json'), 'utf8')) as {
    phrases: { id: string; texts: Record<string, string> }[];
  };
  return templates
    .find((template) => template.id === id)!
    .phrases.map((phrase) => phrases.find((one) => one.id === phrase)!.texts[lang]!)
    .join(' ');
}
