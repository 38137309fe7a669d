import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

const root = resolve(import.meta.dirname, '../..');
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Where Chromium is: `CHROMIUM`, else the usual places; undefined after one line that says that its tests are skipped. */
export function findChromium(): string | undefined {
  const named = process.env['CHROMIUM'];
  const found =
    named === undefined ? USUAL_PLACES.find((path) => existsSync(path)) : [named].find((path) => existsSync(path));
  if (found === undefined) console.info('skipped: browser tests (no Chromium found)');
  return found;
}

export const launch = (executablePath: string): Promise<Browser> => chromium.launch({ executablePath, args: FLAGS });

/** Scripts that run in the page are strings: they have its globals, not ours. */
const WATCH_SHIFTS = `window.layoutShift = 0; new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.layoutShift += entry.value;
}).observe({ type: 'layout-shift', buffered: true });`;

/** A page of a browser of its own, 1440x900, that adds up its layout shifts. */
export async function openPage(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    deviceScaleFactor: 1,
    locale: 'en',
    colorScheme: 'light',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  await page.addInitScript(WATCH_SHIFTS);
  await page.goto(url);
  return page;
}

/** The sum of all layout shifts since the page was opened that no input caused. */
export const layoutShift = (page: Page): Promise<number> => page.evaluate('window.layoutShift');

/** What axe-core calls serious or critical, as one line per rule. */
export async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  const { violations } = await page.evaluate<{
    violations: { id: string; impact: string; nodes: { html: string }[] }[];
  }>('axe.run({ resultTypes: ["violations"] })');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
}

/** Runs a test's part; when it fails, every open page is pictured in test-results/. */
export async function pictured(name: string, pages: () => Iterable<Page>, part: () => Promise<void>): Promise<void> {
  try {
    await part();
  } catch (error) {
    mkdirSync(join(root, 'test-results'), { recursive: true });
    let n = 0;
    for (const page of pages()) {
      const path = join(root, 'test-results', `${name.replaceAll(/[^\w-]+/g, '-')}-${(n += 1)}.png`);
      await page.screenshot({ path }).catch(() => undefined);
    }
    throw error;
  }
}
