import { beforeAll, describe, expect, it } from '@jest/globals';
import { createKnowledge, loadPack, type Knowledge, type Pack } from '#libs/knowledge';
import { createDetector, createTranslator, phrasebookEngine, type Detector, type Translator } from '#libs/language';

let pack: Pack;
let knowledge: Knowledge;
let detector: Detector;
let translator: Translator;

beforeAll(async () => {
  pack = await loadPack(import.meta.dirname);
  knowledge = createKnowledge(pack);
  detector = await createDetector({ loanwords: pack.loanwords });
  translator = createTranslator({
    engines: [phrasebookEngine(pack.phrasebook)],
    glossary: pack.glossary,
    clock: { now: () => 0 },
    detect: (text) => detector.detect(text),
  });
});

const toChinese = async (text: string, lang: string) => {
  const translation = await translator.translate({ text, src: lang, tgt: 'zh-CN', purpose: 'inbound' });
  return translation.status === 'translated' ? translation.text : translation.reason;
};

describe('the content', () => {
  it('is large enough to work with', () => {
    expect(pack.glossary.concepts.length).toBeGreaterThanOrEqual(40);
    expect(pack.phrasebook.phrases.length).toBeGreaterThanOrEqual(45);
    expect(pack.templates.length).toBeGreaterThanOrEqual(12);
    expect(Object.keys(pack.intents.human).length).toBeGreaterThanOrEqual(12);
  });

  it.each(['zh-CN', 'en', 'id', 'es', 'ar'])('has every concept in %s', (lang) => {
    expect(pack.glossary.concepts.filter((concept) => !pack.glossary.term(concept, lang))).toEqual([]);
  });

  it('translates each of its sentences between all locales, with the slots carried over', async () => {
    const values: Record<string, string> = {
      amount: 'Rp 50.000',
      orderId: 'TX88213A',
      hours: '6',
      date: '2026-03-01',
      time: '09:00',
    };
    const fill = (text: string) => text.replace(/\{(\w+)\}/g, (_, slot: string) => values[slot] ?? 'Siti');
    const wrong: string[] = [];
    for (const phrase of pack.phrasebook.phrases) {
      for (const src of pack.phrasebook.locales) {
        for (const tgt of pack.phrasebook.locales) {
          if (src === tgt) continue;
          const result = await translator.translate({ text: fill(phrase.texts[src]!), src, tgt, purpose: 'outbound' });
          if (result.status !== 'translated' || result.text !== fill(phrase.texts[tgt]!))
            wrong.push(`${phrase.id} ${src}→${tgt}: ${JSON.stringify(result)}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('detects the language of its own sentences', () => {
    const expected: Record<string, string> = { 'zh-CN': 'zh-Hans', en: 'en', id: 'id', es: 'es', ar: 'ar' };
    let right = 0;
    const wrong: string[] = [];
    for (const phrase of pack.phrasebook.phrases) {
      for (const [locale, text] of Object.entries(phrase.texts)) {
        const guess = detector.detect(text.replace(/\{\w+\}/g, ''));
        if (guess.lang === 'und') continue;
        if (guess.lang === expected[locale]) right++;
        else wrong.push(`${locale} "${text}" → ${guess.lang}`);
      }
    }
    expect(wrong.join('\n')).toBe('');
    expect(right).toBeGreaterThan(340);
  });
});

describe('what customers write', () => {
  it('shows "top up uang elektronik error" to a Chinese agent and offers the e-wallet template first', async () => {
    const text = 'top up uang elektronik error';
    const guess = detector.detect(text);
    expect(guess).toMatchObject({ lang: 'id', mixedWith: ['en'] });
    expect(await toChinese(text, guess.lang)).toBe('电子钱包充值出错');
    expect(await toChinese('top up uang elektronik error pending', guess.lang)).toBe('充值 电子钱包 错误 处理中');
    const found = knowledge.intentsOf(text, guess.lang);
    expect(found.concepts.toSorted()).toEqual(['ERROR', 'EWALLET', 'TOPUP']);
    expect(found.intents[0]!.id).toBe('topup_failed');
    const [first] = knowledge.templatesFor({
      concepts: found.concepts,
      intents: found.intents.map((i) => i.id),
      lang: guess.lang,
      agentLang: 'zh-CN',
    });
    expect(first).toMatchObject({ id: 'ewallet-topup', lang: 'id', title: '电子钱包充值出错' });
    expect(first!.agentText).toContain('电子钱包');
    expect(first!.customerText).toContain('uang elektronik');
  });

  it.each([
    ['es', 'la repetición del directo no carga', 'replay_failed', '直播回放加载不出来'],
    ['ar', 'أريد تقديم شكوى بشأن محتوى أحد صناع المحتوى', 'content_complaint', '我想投诉一位主播的内容'],
    ['ar', 'محتوى هذا المذيع مسيء، أرجو اتخاذ إجراء', 'content_complaint', '这位主播的内容令人反感，请处理。'],
    ['id', 'saldo saya belum masuk padahal sudah top up', 'topup_failed', '已经充值了，余额还没到账'],
    ['id', 'Saya sudah top up Rp 50.000 tapi belum masuk', 'topup_failed', '我充值了Rp 50.000，但还没到账。'],
    ['es', 'MI RECARGA SIGUE PENDIENTE!!!', 'topup_failed', '我的充值一直在处理中'],
    ['es', '¿cuanto tarda un retiro?', 'withdrawal_question', '提现需要多久？'],
    ['id', 'berapa lama penarikan saldo kak?', 'withdrawal_question', undefined],
    ['id', 'ada promo paket data Ramadan?', 'ramadan_offer', '斋月有流量包优惠吗？'],
    ['en', 'I was charged twice for my order', 'double_charge', undefined],
    ['es', 'quiero denunciar el contenido ofensivo de un streamer', 'content_complaint', undefined],
    ['ar', 'أريد الإبلاغ عن مذيع بسبب محتوى غير لائق', 'content_complaint', undefined],
    ['en', 'my replay is stuck on a black screen', 'replay_failed', undefined],
    ['id', 'akun saya kena ban, mau banding', 'ban_appeal', undefined],
    ['es', 'quiero que me devuelvan el dinero, reembolso ya', 'refund', undefined],
  ])('%s "%s" is about %s', async (lang, text, intent, chinese) => {
    const guess = detector.detect(text);
    expect(guess.lang).toBe(lang);
    expect(knowledge.intentsOf(text, guess.lang).intents[0]?.id).toBe(intent);
    if (chinese !== undefined) expect(await toChinese(text, guess.lang)).toBe(chinese);
  });

  it.each([
    'mau bicara dengan manusia',
    '我要人工',
    'quiero hablar con una persona',
    'أريد التحدث مع موظف',
    'I want to speak to a person',
    'quero falar com um atendente',
    'je veux parler à un conseiller',
    'Ich möchte mit einem Menschen sprechen',
    'хочу поговорить с оператором',
    'tôi muốn gặp nhân viên',
    'ขอคุยกับเจ้าหน้าที่หน่อย',
    '担当者と話したい',
    '상담원 연결해 주세요',
    'müşteri temsilcisi istiyorum',
    'mujhe insaan se baat karni hai',
  ])('"%s" asks for a person', (text) => {
    expect(knowledge.intentsOf(text, detector.detect(text).lang).wantsHuman).toBe(true);
  });

  it.each([
    'top up uang elektronik error',
    'la repetición del directo no carga',
    '充值一直没到账',
    'personalmente no puedo entrar',
    'البث يتقطع',
  ])('"%s" does not', (text) => {
    expect(knowledge.intentsOf(text, detector.detect(text).lang)).toMatchObject({
      wantsHuman: false,
      sensitive: false,
    });
  });
});

describe('the bot', () => {
  const ask = (
    text: string,
    lang: string,
    history: Parameters<Knowledge['botAnswer']>[0]['history'] = [],
    region?: string,
  ) => knowledge.botAnswer({ text, lang, history, opensAt: '09:00', ...(region ? { region } : {}) });

  it('answers from the template and says that it is automated, once', () => {
    const first = ask('top up uang elektronik error', 'id');
    expect(first).toMatchObject({ kind: 'answer', templateId: 'ewallet-topup', lang: 'id' });
    expect(first.text).toContain('asisten otomatis');
    const later = ask('la repetición del directo no carga', 'es', [
      { by: 'customer' },
      { by: 'bot', templateId: 'ewallet-topup' },
    ]);
    expect(later).toMatchObject({ kind: 'answer', templateId: 'replay-not-loading' });
    expect(later.text).not.toContain('asistente automático');
  });

  it('states the approved terms of a withdrawal', () => {
    expect(ask('berapa lama penarikan saldo?', 'id', [], 'ID').text).toContain('biaya hingga 1 % mungkin dikenakan');
  });

  it('offers Ramadan data packs only where they are sold', () => {
    expect(ask('¿hay alguna oferta de paquete de datos para Ramadán?', 'es', [], 'MX')).toMatchObject({
      templateId: 'bot-clarify',
    });
    expect(ask('ada promo paket data Ramadan?', 'id', [], 'ID')).toMatchObject({ templateId: 'ramadan-data' });
  });

  it.each([
    ['mau bicara dengan manusia', 'id', 'asked_for_person'],
    ['mi abogado los va a demandar', 'es', 'sensitive'],
    ['saya mau refund', 'id', 'dispute'],
    ['أريد تقديم شكوى بشأن محتوى أحد صناع المحتوى', 'ar', 'dispute'],
    ['Hallo, mein Geld ist weg', 'de', 'no_locale'],
  ])('hands "%s" over', (text, lang, reason) => {
    expect(ask(text, lang)).toMatchObject({ kind: 'handover', reason });
  });

  it('tells when people are back', () => {
    expect(ask('我要人工', 'zh-Hans').text).toContain('团队将于09:00上班');
  });

  it('asks once when unsure, then hands over', () => {
    expect(ask('hmm not sure what this is', 'en')).toMatchObject({ kind: 'answer', templateId: 'bot-clarify' });
    expect(ask('still something strange', 'en', [{ by: 'bot', templateId: 'bot-clarify' }])).toMatchObject({
      kind: 'handover',
      reason: 'unsure',
    });
  });

  it('hands over when the same answer did not help', () => {
    expect(ask('top up uang elektronik error lagi', 'id', [{ by: 'bot', templateId: 'ewallet-topup' }])).toMatchObject({
      kind: 'handover',
      reason: 'repeated',
    });
  });
});
