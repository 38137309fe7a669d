import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { findChromium, launch, openPage } from '../test/harness/browser.ts';
import { InboxClient } from '../test/harness/inbox-client.ts';
import { AppProcess } from '../test/harness/process.ts';
import { Simulator } from '../test/harness/simulator.ts';
import { root } from './run.ts';

/** Takes the picture of the README: a demo of its own, a customer's sentence, and the agent about to answer it. */
const PICTURE = join(root, 'docs/images/inbox.png');
const MAX_BYTES = 400_000;
const SARI = 9001;
const PASSWORD = 'demo-seaway';
const CHINESE_TEAM = ['lina@demo.seaway', 'wangwei@demo.seaway'];

const chromium = findChromium();
if (chromium !== undefined) await take(chromium);

async function take(executablePath: string): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'seaway-screenshot-'));
  // The demo is what runs without a configuration.
  delete process.env['SEAWAY_CONFIG'];
  const demo = new AppProcess('screenshot-demo', 'apps/standalone', {
    SEAWAY_DATA: data,
    SEAWAY_PORT: String(await freePort()),
    SEAWAY_HOST: '127.0.0.1',
    BUS: 'embedded',
    STORE: 'embedded',
  });
  const browser = await launch(executablePath);
  try {
    await demo.start();
    const simulator = new Simulator(demo.url);
    await simulator.webhookRegistered();
    const page = await openPage(browser, demo.url);
    await page.evaluate(`localStorage.setItem('seaway.language', 'en')`);
    // First the agent, then the customer: with nobody online the bot would take her.
    await logIn(page, await onDuty(demo.url));
    await simulator.say(SARI, 'top up uang elektronik error');
    await aboutToAnswer(page);
    mkdirSync(join(root, 'docs/images'), { recursive: true });
    await page.screenshot({ path: PICTURE, animations: 'disabled', caret: 'hide' });
  } finally {
    await browser.close();
    await demo.stop();
    rmSync(data, { recursive: true, force: true });
  }
  const { size } = statSync(PICTURE);
  console.log(`${PICTURE}: ${Math.round(size / 1000)} kB`);
  if (size > MAX_BYTES) throw new Error(`the picture is larger than ${MAX_BYTES / 1000} kB; it slows the README down`);
}

/** The one of the two whose shift it is. */
async function onDuty(url: string): Promise<string> {
  for (const email of CHINESE_TEAM) {
    const agent = new InboxClient(url);
    const { shift } = await agent.logIn(email, PASSWORD);
    if (shift.on) return email;
    await agent.call('DELETE', '/api/session');
  }
  throw new Error('nobody of the demo who reads Chinese is on shift; look at apps/standalone/demo/seaway.demo.yaml');
}

async function logIn(page: Page, email: string): Promise<void> {
  await page.fill('input[type=email]', email);
  await page.fill('input[type=password]', PASSWORD);
  await page.keyboard.press('Enter');
  await page.waitForSelector('[role=option]');
}

/** All conversations at the left, the customer's in the middle, the template and what she will read in the composer. */
async function aboutToAnswer(page: Page): Promise<void> {
  await page.evaluate(`location.hash = '#/all'`);
  await page.locator('[role=option]').getByText('Sari Wulandari').click();
  await page.waitForSelector('[data-pane=composer]:focus');
  await page.locator('[data-entry] [data-original]').first().waitFor();
  await page.keyboard.type('/');
  await page.waitForSelector('#template-list [role=option]');
  await page.keyboard.press('Enter');
  await page.getByTestId('final').getByText('Kami mohon maaf').waitFor();
  await page.waitForSelector('.late', { state: 'detached' });
  await page.mouse.move(0, 0);
  await page.evaluate('document.fonts.ready');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve((address as { port: number }).port));
    });
  });
}
