import { beforeAll, describe, expect, it } from '@jest/globals';
import { createDetector, type Detector, type LanguagePrior } from './index.ts';

const LOANWORDS = [
  'top up',
  'refund',
  'withdraw',
  'pending',
  'error',
  'live',
  'lag',
  'admin',
  'pls',
  'please',
  'stream',
  'account',
  'gift',
  'login',
];

let detector: Detector;
beforeAll(async () => {
  detector = await createDetector({ loanwords: LOANWORDS });
});

const lang = (text: string, prior?: LanguagePrior) => detector.detect(text, prior).lang;

describe('detection', () => {
  it.each([
    ['en', 'I cannot see the money I paid yesterday'],
    ['en', 'Where is my money? It has been three days now'],
    ['id', 'kemarin sudah saya bayar tetapi belum ada kabar sampai sekarang'],
    ['id', 'min, koinku kok ilang semua ya padahal baru beli'],
    ['ms', 'saya dah bayar semalam tapi masih tak masuk dalam akaun'],
    ['ms', 'boleh tolong semak baki saya, macam mana nak keluarkan wang?'],
    ['es', 'Ayer pagué y todavía no veo mis monedas en la aplicación'],
    ['pt', 'Ontem eu paguei e ainda não vejo minhas moedas no aplicativo'],
    ['fr', "J'ai payé hier et je ne vois toujours pas mes pièces"],
    ['de', 'Ich habe gestern bezahlt und sehe meine Münzen immer noch nicht'],
    ['it', 'Ieri ho pagato ma non vedo ancora le mie monete'],
    ['tr', 'Dün ödeme yaptım ama jetonlarım hâlâ görünmüyor'],
    ['vi', 'Hôm qua tôi đã thanh toán nhưng vẫn chưa thấy xu'],
    ['vi', 'hom qua toi nap tien roi ma chua vao tai khoan'],
    ['pl', 'Wczoraj zapłaciłem, ale nadal nie widzę monet na koncie'],
    ['nl', 'Ik heb gisteren betaald maar ik zie mijn munten nog steeds niet'],
    ['tl', 'Nagbayad na ako kahapon pero hindi ko pa nakikita ang mga barya'],
    ['th', 'เมื่อวานจ่ายเงินแล้วแต่เหรียญยังไม่เข้า'],
    ['ja', '昨日支払いましたがコインがまだ届きません'],
    ['ko', '어제 결제했는데 아직 코인이 안 들어왔어요'],
    ['hi', 'मैंने कल भुगतान किया था लेकिन सिक्के अभी तक नहीं आए'],
    ['hi', 'bhai mera paisa kat gaya lekin coins nahi mile'],
    ['ru', 'Вчера я заплатил, но монеты ещё не пришли'],
    ['uk', 'Вчора я заплатив, але монети ще не надійшли'],
    ['ar', 'دفعت أمس ولكن لم تصل العملات بعد'],
    ['ar', 'ya akhi sha7ant el raseed w lissa mafi shi'],
    ['fa', 'دیروز پرداخت کردم اما سکه‌ها هنوز نرسیده‌اند'],
    ['ur', 'میں نے کل ادائیگی کی تھی لیکن سکے ابھی تک نہیں آئے'],
    ['zh-Hans', '昨天付了款，但是金币还没到'],
    ['zh-Hant', '昨天付了款，但是金幣還沒到帳'],
    ['el', 'Πλήρωσα χθες αλλά δεν βλέπω τα νομίσματα'],
    ['he', 'שילמתי אתמול ועדיין לא קיבלתי את המטבעות'],
  ])('%s: %s', (expected, text) => {
    expect(lang(text)).toBe(expected);
  });

  it.each([
    ['id', 'top up uang elektronik error', ['en']],
    ['zh-Hans', '我的 top up 一直 pending', ['en']],
    ['th', 'top up ไม่เข้า error 500', ['en']],
    ['es', 'mi withdraw sigue pending desde ayer', ['en']],
    ['id', 'kak stream nya lag parah dari tadi pls dicek', ['en']],
    ['vi', 'mình top up rồi mà account vẫn pending', ['en']],
    ['ar', 'عملت top up والرصيد pending', ['en']],
  ])('%s with English in it: %s', (expected, text, mixedWith) => {
    expect(detector.detect(text)).toMatchObject({ lang: expected, mixedWith });
  });

  it('keeps the conversation language for what says nothing', () => {
    for (const text of ['ok', '👍👍', '50000', 'https://example.com/orden/123', 'TX99 1', 'ok sip']) {
      expect(detector.detect(text, { lang: 'es' })).toMatchObject({ lang: 'es', source: 'prior' });
      expect(detector.detect(text)).toMatchObject({ lang: 'und', source: 'none' });
    }
  });

  it('lets country and history decide between Indonesian and Malay', () => {
    expect(lang('saya belum terima duit itu', { country: 'ID' })).toBe('id');
    expect(lang('saya belum terima itu', { country: 'MY' })).toBe('ms');
    expect(lang('saya belum terima itu', { lang: 'ms' })).toBe('ms');
  });

  it('reads kanji without kana as Japanese only for a Japanese customer', () => {
    expect(lang('返金希望', { country: 'JP' })).toBe('ja');
    expect(lang('返金希望')).toMatch(/^zh/);
  });

  it('believes an agent over the text', () => {
    expect(detector.detect('hola, ¿cómo está?', { pinned: 'pt' })).toMatchObject({
      lang: 'pt',
      source: 'manual',
      confidence: 1,
    });
  });

  it('is not thrown by one foreign name in a long sentence', () => {
    expect(
      detector.detect('I watched the show of 小明 last night and the picture was fine until it stopped'),
    ).toMatchObject({ lang: 'en', mixedWith: ['zh-Hans'] });
  });

  it('survives anything', () => {
    for (const text of [
      '',
      ' ',
      '\u0000\u0001',
      '\ud800',
      'a'.repeat(100_000),
      '🤷'.repeat(5000),
      '⟦0⟧ ⟦1⟧',
      'x\ny\nz w v\n',
    ]) {
      expect(() => detector.detect(text)).not.toThrow();
    }
  });
});
