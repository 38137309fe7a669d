import { TestInbox, MONDAY } from './dist/apps/inbox/src/testing/test-inbox.js';
import { deadLetterOf, parkedOf } from './dist/apps/inbox/src/testing/operations-specimens.js';
import { conversationOf, messageOf } from './dist/apps/inbox/src/testing/specimens.js';
import { findChromium, launch, openPage, seriousFindings } from './test/harness/browser.ts';
const inbox = await TestInbox.open({ pageDir: process.cwd() + '/apps/inbox-web/dist' });
inbox.clock.at = Date.now();
const now = Date.now();
const at = (s) => ({ at: now - s * 1000 });
inbox.operations.letters = [
  deadLetterOf(0, { ...at(20), reason: 'seaway.inbound.telegram: the value is not JSON: Unexpected token } in JSON at position 42', value: '{"type":"message","key":"telegram:shop:42"}}' }),
  deadLetterOf(1, { ...at(400), reason: 'parts.0.type: expected one of text, media, choice; at: expected a number', value: JSON.stringify({type:'send', parts:[{type:'banner', text:'مرحبا بك في المتجر '.repeat(12)}], at:'yesterday', key:'telegram:shop:42'}) , headers:{'seaway-schema':'command.v1','seaway-produced-at':'1772424000000', traceparent:'00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'}}),
  deadLetterOf(2, { ...at(90000), topic:'seaway.inbound.telegram', reason: 'x'.repeat(300)+' a very long reason that never ends', key:'telegram:shop:某某顾客-1234567890' }),
  ...Array.from({length: 60}, (_, n) => deadLetterOf(n + 3, at(100000 + n))),
];
inbox.operations.keys = [parkedOf('seaway-core','telegram:shop:42'), parkedOf('seaway-core','webchat:shop:visitor-99')];
inbox.operations.keys[1].view.release = { by:'hui', at: now-5000, state:'failed', detail:'ShapeError: messages: text is missing' };
inbox.operations.keys.forEach(k => { k.view.parkedAt = now - 3_700_000; });
inbox.operations.groups = [{group:'seaway-core',topic:'seaway.inbound.telegram',partitions:12,messages:0,seconds:0},{group:'seaway-core',topic:'seaway.commands',partitions:12,messages:1840,seconds:75.2},{group:'connector-telegram',topic:'seaway.outbound.telegram',partitions:12,messages:3,seconds:1.24}];
const sari = conversationOf('sari');
await inbox.put({ conversation: sari });
for (const [n, text] of ['Mohon maaf Kak, top up-nya sedang kami periksa. Biasanya selesai dalam 15 menit.', 'مرحبا، وصل طلبك وسنعود إليك خلال ساعة', '您好，已为您提交退款申请，预计三个工作日到账。'].entries())
  await inbox.put({ message: messageOf(sari, text, { _id: `out-${n}`, direction:'out', by:{kind:'agent',id:'li-na',name:'Li Na'}, seq: 4+n, position: 4+n, status:'unknown', unknownSince: now - 200000*n, attempt:n }) });
await inbox.operations.record({by:'hui',action:'discard',subject:'dead letters',detail:{ids:['letter-99'],why:'sent by a load test'}});
const browser = await launch(findChromium());
const shots = process.argv.slice(2);
async function tour(name, { dark=false, lang='en', width=1440 } = {}) {
  const page = await openPage(browser, inbox.url);
  await page.setViewportSize({ width, height: 900 });
  if (dark) await page.emulateMedia({ colorScheme: 'dark' });
  await page.evaluate(`localStorage.setItem('seaway.language','${lang}')`);
  await page.goto(inbox.url + '/#/operations/dead-letters'); await page.reload();
  await page.fill('input[type=email]', 'hui@example.test'); await page.fill('input[type=password]', 'long-enough'); await page.keyboard.press('Enter');
  await page.waitForSelector('[data-row]');
  const snap = async (what) => { await page.waitForTimeout(350); await page.screenshot({ path: `/tmp/ops-shots/${name}-${what}.png` }); const f = await seriousFindings(page); if (f.length) console.log(name, what, f.map(x=>x.slice(0,300))); const wide = await page.evaluate('document.documentElement.scrollWidth > innerWidth'); if (wide) console.log(name, what, 'scrolls sideways'); };
  await snap('letters');
  await page.locator('[data-row]').first().focus();
  await page.keyboard.press('ArrowDown'); await page.keyboard.press(' '); await page.keyboard.press('Enter');
  await page.waitForSelector('[data-bytes]'); await snap('letter');
  await page.keyboard.press('Escape');
  console.log(name, 'focus back', await page.evaluate(`document.activeElement?.getAttribute('data-row')`));
  await page.keyboard.press('ArrowDown'); await page.keyboard.press(' ');
  await page.locator('main button.bg-accent').first().click(); await page.waitForSelector('[role=dialog] [data-replay] p'); await snap('replay');
  await page.keyboard.press('Escape');
  for (const tab of ['parked','unknown','lag','audit']) { await page.click(`[data-tab=${tab}]`); await page.waitForSelector('[data-row]'); if (tab==='parked'||tab==='unknown') { await page.locator('[data-row]').nth(1).click(); await page.waitForSelector('[data-bytes]'); } await snap(tab); if (tab==='unknown') { await page.locator('[data-detail] button').nth(1).click(); await page.waitForSelector('[role=dialog]'); await snap('resolve'); await page.keyboard.press('Escape'); await page.keyboard.press('Escape'); } else if (width<1100) await page.keyboard.press('Escape'); }
  await page.context().close();
}
await tour('light'); await tour('dark', { dark: true }); await tour('ar', { lang: 'ar' }); await tour('zh', { lang: 'zh-CN', width: 1000 }); await tour('narrow', { width: 400 });
await browser.close(); await inbox.close(); process.exit(0);
