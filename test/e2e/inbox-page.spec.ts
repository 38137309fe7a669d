import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { type Fixture, startFixture } from '../../apps/inbox-web/dev/fixture-server.ts';
import { findChromium, launch } from '../harness/browser.ts';

/** The built page in a real browser, against the in-memory contract. Scripts that run in the page are strings: they have its globals, not ours. */
const require = createRequire(import.meta.url);
const found = findChromium();

const SHIFTS = `window.__shift = 0; new PerformanceObserver((list) => { for (const each of list.getEntries()) if (!each.hadRecentInput) window.__shift += each.value; }).observe({ type: 'layout-shift', buffered: true });`;
const FOCUSED = `document.activeElement?.getAttribute('data-pane') ?? document.activeElement?.id ?? ''`;

jest.setTimeout(120_000);

(found ? describe : describe.skip)('the inbox page', () => {
  let browser: Browser;
  let fixture: Fixture;
  const pages: Page[] = [];

  beforeAll(async () => {
    browser = await launch(found!);
  });
  afterAll(async () => browser?.close());
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.context().close();
    await fixture.close();
  });

  async function open(options: { dark?: boolean; language?: string; width?: number } = {}): Promise<Page> {
    fixture = await startFixture();
    const context = await browser.newContext({
      viewport: { width: options.width ?? 1440, height: 900 },
      colorScheme: options.dark ? 'dark' : 'light',
      locale: 'en',
    });
    const page = await context.newPage();
    pages.push(page);
    await page.addInitScript(SHIFTS);
    if (options.language)
      await page.addInitScript(`localStorage.setItem('seaway.language', ${JSON.stringify(options.language)})`);
    await page.goto(fixture.url);
    await page.waitForSelector('input[type=email]:focus');
    return page;
  }

  async function logIn(page: Page): Promise<void> {
    await page.keyboard.type('mei@example.com');
    await page.keyboard.press('Tab');
    await page.keyboard.type('sea-legs');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role=option]');
  }

  async function openFirst(page: Page): Promise<void> {
    await page.keyboard.press('Alt+KeyJ');
    await page.waitForSelector('[data-entry]');
  }

  async function findingsOf(page: Page): Promise<string[]> {
    await page.addScriptTag({ content: readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8') });
    const { violations } = (await page.evaluate('axe.run({ resultTypes: ["violations"] })')) as {
      violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
    };
    return violations
      .filter((each) => each.impact === 'serious' || each.impact === 'critical')
      .map((each) => `${each.id}: ${each.nodes.map((node) => `${node.html} ${node.failureSummary}`).join('\n')}`);
  }

  it('refuses a wrong password in words and lets the right one in', async () => {
    const page = await open();
    await page.fill('input[type=email]', 'mei@example.com');
    await page.fill('input[type=password]', 'wrong');
    await page.keyboard.press('Enter');
    await page.getByText('E-mail or password is wrong.').waitFor();
    await page.fill('input[type=password]', 'sea-legs');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role=option]');
    await page.getByText(/on shift until/).waitFor();
  });

  it('goes through a whole conversation by keyboard alone', async () => {
    const page = await open();
    await logIn(page);
    await page.keyboard.press('Alt+Digit1');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-pane=composer]:focus');
    await page.keyboard.type('/look');
    await page.waitForSelector('#template-looking');
    await page.keyboard.press('Enter');
    await page.getByTestId('final').getByText('Halo, saya sedang memeriksanya sekarang.').waitFor();
    await page.keyboard.press('Control+Enter');
    await page.locator('[data-entry^=out-] [data-status=delivered]').waitFor();
    expect(fixture.sent).toEqual([
      expect.objectContaining({ text: 'Hello, I am looking into it now.', templateId: 'looking' }),
    ]);

    await page.keyboard.press('Alt+KeyP');
    await page.keyboard.type('Called the wallet team.');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Called the wallet team.').first().waitFor();

    await page.keyboard.press('Alt+KeyT');
    await page.waitForFunction(`document.querySelectorAll('[data-original]').length === 0`);
    await page.keyboard.press('Alt+Digit2');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Alt+KeyY');
    await page.waitForSelector('[data-why] li');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Alt+KeyE');
    await page.getByText('Closed Siti Rahmawati').waitFor();
    await page.getByRole('button', { name: 'Undo' }).press('Enter');
    await page.getByText('Undone').waitFor();

    await page.keyboard.press('Control+KeyK');
    await page.waitForSelector('[role=dialog] input:focus');
    await page.keyboard.type('view: waiting');
    await page.locator('[role=dialog] [aria-selected=true]').getByText('View: Waiting').waitFor();
    await page.keyboard.press('Enter');
    await page.waitForFunction(`location.hash === '#/waiting'`);
    await page.keyboard.press('Shift+Slash');
    await page.getByRole('heading', { name: 'Keyboard', exact: true }).waitFor();
  });

  it('stops a forbidden sentence, names the rule, and takes the fix by Enter', async () => {
    const page = await open();
    await logIn(page);
    await openFirst(page);
    await page.keyboard.press('Alt+KeyL');
    await page.keyboard.type('We guarantee your refund today.');
    await page.getByText('Blocked by “No promise of a result”').waitFor();
    expect(await page.locator('.found-block').textContent()).toBe('jamin');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('[data-fix]:focus');
    expect(fixture.sent).toHaveLength(0);
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-pane=composer]:focus');
    await page.waitForFunction(`document.querySelector('[data-findings]') === null`);
    await page.keyboard.press('Control+Enter');
    await page.locator('[data-entry^=out-]').waitFor();
    expect(fixture.sent).toEqual([expect.objectContaining({ final: 'Kami akan memproses permintaan Anda.' })]);
  });

  it('asks for a reason where a rule only advises', async () => {
    const page = await open();
    await logIn(page);
    await openFirst(page);
    await page.keyboard.press('Alt+KeyL');
    await page.keyboard.type('Your money will be back soon.');
    await page.waitForSelector('[data-reason]');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('[data-reason]:focus');
    await page.keyboard.type('The bank has no date');
    await page.keyboard.press('Control+Enter');
    await page.locator('[data-entry^=out-]').waitFor();
    expect(fixture.sent).toEqual([expect.objectContaining({ override: { reason: 'The bank has no date' } })]);
  });

  it.each([
    ['light', {}],
    ['dark', { dark: true }],
    ['right to left', { language: 'ar' }],
  ])('has no serious finding of axe: %s', async (_name, options) => {
    const page = await open(options);
    expect(await findingsOf(page)).toEqual([]);
    await logIn(page);
    await openFirst(page);
    await page.keyboard.press('Alt+KeyL');
    await page.keyboard.type('We guarantee your refund today.');
    await page.waitForSelector('[data-fix]');
    expect(await findingsOf(page)).toEqual([]);
    await page.keyboard.press('Alt+KeyP');
    await page.keyboard.press('Alt+KeyY');
    await page.waitForSelector('[data-why] li');
    expect(await findingsOf(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+KeyK');
    await page.waitForSelector('[role=dialog] [role=option]');
    expect(await findingsOf(page)).toEqual([]);
  });

  it('mirrors in Arabic and keeps every text in its own direction', async () => {
    const page = await open({ language: 'ar' });
    await logIn(page);
    await openFirst(page);
    const [list, aside] = [
      await page.locator('#conversation-list').boundingBox(),
      await page.locator('aside').boundingBox(),
    ];
    expect(list?.x).toBeGreaterThan(aside?.x ?? Infinity);
    const directions = await page.evaluate(
      `[...document.querySelectorAll('[data-original] p')].map((p) => getComputedStyle(p).direction)`,
    );
    expect(directions).toContain('ltr');
    expect(await page.evaluate('document.documentElement.dir')).toBe('rtl');
  });

  it('shifts nothing while it loads, receives and previews', async () => {
    const page = await open();
    await logIn(page);
    await openFirst(page);
    for (let n = 0; n < 3; n += 1) {
      fixture.customerWrites('c0000', n);
      fixture.customerWrites('c0005', n);
    }
    await page.waitForFunction(`document.querySelectorAll('[data-entry*="-in"]').length >= 3`);
    await page.keyboard.press('Alt+KeyL');
    await page.keyboard.type('We guarantee your refund today.');
    await page.waitForSelector('[data-fix]');
    const shift = (await page.evaluate('window.__shift')) as number;
    process.stdout.write(`Layout shift: ${shift.toFixed(4)}\n`);
    expect(shift).toBeLessThan(0.05);
  });

  it('scrolls a thread of 5,000 entries at the pace of the screen', async () => {
    const page = await open();
    await logIn(page);
    await page.evaluate(`location.hash = '#/mine/c0004'`);
    await page.waitForSelector('[data-entry]');
    const loaded = (await page.evaluate(`(async () => {
      const thread = document.querySelector('[data-pane=thread]');
      const heights = new Set();
      for (let n = 0; n < 400; n += 1) {
        if (document.body.textContent.includes('The conversation begins here') && thread.scrollTop === 0) break;
        thread.scrollTop = 0;
        heights.add(thread.scrollHeight);
        await new Promise((done) => setTimeout(done, 30));
      }
      return { pages: heights.size, height: thread.scrollHeight };
    })()`)) as { pages: number; height: number };
    expect(loaded.height).toBeGreaterThan(250_000);
    const frames = (await page.evaluate(`(async () => {
      const thread = document.querySelector('[data-pane=thread]');
      const times = [];
      let before = performance.now();
      for (let n = 0; n < 240; n += 1) {
        thread.scrollTop += 120;
        await new Promise(requestAnimationFrame);
        const now = performance.now();
        times.push(now - before);
        before = now;
      }
      times.sort((a, b) => a - b);
      return { p50: times[120], p95: times[228], worst: times[239], drawn: document.querySelectorAll('[data-index]').length };
    })()`)) as { p50: number; p95: number; worst: number; drawn: number };
    process.stdout.write(
      `5,000 entries, ${loaded.height} px: frames p50 ${frames.p50.toFixed(1)} ms, p95 ${frames.p95.toFixed(1)} ms, worst ${frames.worst.toFixed(1)} ms, ${frames.drawn} rows in the document\n`,
    );
    expect(frames.drawn).toBeLessThan(60);
    // Twice a frame's time: machines that build and test at once drop frames that a quiet one draws.
    expect(frames.p50).toBeLessThan(34);
  });

  it('switches conversations within the budget', async () => {
    const page = await open();
    await logIn(page);
    await openFirst(page);
    const times: { ms: number; frames: number }[] = [];
    for (let n = 0; n < 8; n += 1) {
      times.push(
        (await page.evaluate(`(async () => {
          let frames = 0;
          const name = document.querySelector('main h2').textContent;
          const start = performance.now();
          window.dispatchEvent(new KeyboardEvent('keydown', { code: 'KeyJ', key: 'j', altKey: true, bubbles: true }));
          while (!document.querySelector('[data-entry]') || (document.querySelector('main h2')?.textContent ?? name) === name) {
            frames += 1;
            await new Promise(requestAnimationFrame);
          }
          return { ms: performance.now() - start, frames };
        })()`)) as { ms: number; frames: number },
      );
    }
    times.sort((a, b) => a.ms - b.ms);
    process.stdout.write(
      `Switching: best ${times[0]?.ms.toFixed(0)} ms, median ${times[4]?.ms.toFixed(0)} ms, at most ${Math.max(...times.map((each) => each.frames))} frames\n`,
    );
    // Frames, as they do not depend on what else the machine does; on a quiet one six are 100 ms.
    expect(times[4]?.frames).toBeLessThanOrEqual(6);
  });

  it('says that it is offline, keeps the draft, and catches up by itself', async () => {
    const page = await open();
    await logIn(page);
    await openFirst(page);
    fixture.setDown(true);
    await page.getByText('No connection to the server.').waitFor();
    await page.keyboard.press('Alt+KeyL');
    await page.keyboard.type('Half a sentence');
    fixture.customerWrites('c0000', 2);
    fixture.setDown(false);
    await page.locator('[data-entry*="-in"]').waitFor({ timeout: 30_000 });
    await page.getByText('No connection to the server.').waitFor({ state: 'detached' });
    await page.getByText('Draft saved').waitFor();
    await page.reload();
    await page.waitForSelector('[data-pane=composer]');
    expect(await page.inputValue('[data-pane=composer]')).toBe('Half a sentence');
  });

  it('asks to log in again over the page when the session ends, and loses no word', async () => {
    const page = await open();
    await logIn(page);
    await openFirst(page);
    await page.keyboard.press('Alt+KeyL');
    fixture.endSession();
    await page.keyboard.type('Precious words');
    await page.waitForSelector('[role=dialog] input[type=password]:focus');
    await page.keyboard.type('sea-legs');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role=dialog]', { state: 'detached' });
    expect(await page.inputValue('[data-pane=composer]')).toContain('Precious');
  });

  it('holds arrivals back while the pointer is over the list', async () => {
    const page = await open();
    await logIn(page);
    await page.hover('[role=option] >> nth=2');
    const before = await page.locator('[role=option]').first().textContent();
    fixture.customerWrites('c0009', 0);
    await page.getByRole('button', { name: '1 new' }).waitFor();
    expect(await page.locator('[role=option]').first().textContent()).toBe(before);
    await page.mouse.move(900, 400);
    await page.waitForFunction(`document.querySelector('[role=option]').id === 'row-c0009'`);
  });

  it('says who else is looking or typing', async () => {
    const page = await open();
    await logIn(page);
    await openFirst(page);
    fixture.colleague('c0000', 'typing');
    await page.getByText('Omar Haddad is typing').waitFor();
    fixture.colleague('c0000', 'viewing');
    await page.getByText('Omar Haddad is viewing').waitFor();
  });

  it('shows one pane at a time on a phone', async () => {
    const page = await open({ width: 390 });
    await logIn(page);
    await page.locator('[role=option]').first().click();
    await page.waitForSelector('[data-entry]');
    expect(await page.locator('#conversation-list').count()).toBe(0);
    await page.goBack();
    await page.waitForSelector('[role=option]');
    expect(await page.evaluate(FOCUSED)).not.toBeUndefined();
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  });
});
