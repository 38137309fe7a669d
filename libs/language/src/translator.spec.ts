import { describe, expect, it } from '@jest/globals';
import {
  createTranslator,
  EngineError,
  inProcessMemory,
  phrasebookEngine,
  type EngineResult,
  type Glossary,
  type Phrasebook,
  type TranslateRequest,
  type TranslationEngine,
} from './index.ts';

/** A glossary of plain words, enough for the chain; the real matcher is tested where it lives. */
const WORDS: Record<string, Record<string, string>> = {
  TOPUP: { en: 'top-up', id: 'top up', 'zh-CN': '充值' },
  BALANCE: { en: 'balance', id: 'saldo', 'zh-CN': '余额' },
};
const glossary: Glossary = {
  version: '1',
  find: (text, lang) =>
    Object.entries(WORDS)
      .map(([concept, words]) => ({
        concept,
        matched: words[lang] ?? '',
        start: words[lang] ? text.toLowerCase().indexOf(words[lang]) : -1,
      }))
      .filter((hit) => hit.start >= 0)
      .map((hit) => ({ ...hit, end: hit.start + hit.matched.length }))
      .sort((a, b) => a.start - b.start),
  term: (concept, lang) => WORDS[concept]?.[lang],
};
const phrasebook: Phrasebook = {
  localeOf: (lang) => ['en', 'id', 'es', 'zh-CN'].find((l) => l.split('-')[0] === lang.split('-')[0]),
  phrases: [
    {
      id: 'hi',
      texts: { en: 'Hello {name}!', id: 'Halo Kak {name}!', es: 'Hola, {name}.', 'zh-CN': '{name}，您好！' },
    },
    {
      id: 'done',
      texts: {
        en: 'Your top-up of {amount} has arrived.',
        id: 'Top up Anda sebesar {amount} sudah masuk.',
        es: 'Su recarga de {amount} ya llegó.',
        'zh-CN': '您的充值{amount}已到账。',
      },
    },
    {
      id: 'sorry',
      texts: {
        en: 'We are sorry for the inconvenience.',
        id: 'Kami mohon maaf atas ketidaknyamanan ini.',
        es: 'Lamentamos las molestias.',
        'zh-CN': '很抱歉给您带来不便。',
      },
    },
  ],
};

class TestClock {
  at = 1_000_000;
  now = () => this.at;
}

/** An engine that does what a test says and counts its calls. */
class ScriptedEngine implements TranslationEngine {
  readonly name: string;
  calls: string[] = [];
  reply: (text: string) => string;
  constructor(name: string, reply: (text: string) => string) {
    this.name = name;
    this.reply = reply;
  }
  supports = () => true;
  async translate(batch: readonly string[]): Promise<EngineResult[]> {
    return batch.map((text) => {
      this.calls.push(text);
      return { text: this.reply(text), confidence: 0.8, flags: [] };
    });
  }
}
const down = () => {
  throw new EngineError('unavailable', 'first: cannot be reached');
};

const request = (text: string, more: Partial<TranslateRequest> = {}): TranslateRequest => ({
  text,
  src: 'id',
  tgt: 'en',
  purpose: 'outbound',
  ...more,
});
const withEngines = (...engines: TranslationEngine[]) => {
  const clock = new TestClock();
  return { clock, translator: createTranslator({ engines, glossary, clock }) };
};

describe('the phrasebook', () => {
  const { translator } = withEngines(phrasebookEngine(phrasebook));

  it.each([
    ['halo kak SITI', 'id', 'en', 'Hello SITI!'],
    [
      'Halo Kak Siti! Top up Anda sebesar Rp 50.000 sudah masuk.',
      'id',
      'zh-CN',
      'Siti，您好！您的充值Rp 50.000已到账。',
    ],
    ['Siti，您好！很抱歉给您带来不便。', 'zh-Hans', 'es', 'Hola, Siti. Lamentamos las molestias.'],
    ['  kami MOHON maaf\natas ketidaknyamanan ini ', 'id', 'es', 'Lamentamos las molestias.'],
    ['Lamentamos las molestias', 'pt', 'en', 'We are sorry for the inconvenience.'],
  ])('%s (%s → %s)', async (text, src, tgt, expected) => {
    expect(await translator.translate(request(text, { src, tgt }))).toMatchObject({
      status: 'translated',
      text: expected,
      engine: 'phrasebook',
    });
  });

  it('understands a slip of the pen from a customer but never sends by resemblance', async () => {
    const slip = 'Kami mohon maf atas ketidaknyamanan ini.';
    expect(await translator.translate(request(slip, { purpose: 'inbound' }))).toMatchObject({
      status: 'translated',
      flags: ['fuzzy'],
    });
    expect(await translator.translate(request(slip))).toMatchObject({ status: 'unavailable' });
  });

  it('swallows no sentence, however much the rest resembles an approved one', async () => {
    const text = 'Cepat! Kami mohon maaf atas ketidaknyamanan ini.';
    expect(await translator.translate(request(text, { purpose: 'inbound' }))).toMatchObject({ status: 'unavailable' });
  });

  it('takes no complaint for a name', async () => {
    for (const text of ['Hello my money is gone!', 'Halo kak uang saya hilang', 'Hola, no puedo entrar.']) {
      expect(await translator.translate(request(text, { src: 'und', tgt: 'zh-CN', purpose: 'inbound' }))).toMatchObject(
        { status: 'unavailable' },
      );
    }
    expect(
      await translator.translate(request('Hello Siti!', { src: 'en', tgt: 'id', purpose: 'inbound' })),
    ).toMatchObject({ text: 'Halo Kak Siti!' });
  });

  it('translates all sentences or nothing', async () => {
    expect(await translator.translate(request('Halo Kak Siti! Ini kalimat lain.'))).toMatchObject({
      status: 'unavailable',
    });
  });
});

describe('without an engine', () => {
  const { translator } = withEngines(phrasebookEngine(phrasebook));

  it('shows the agent the known terms, marked as a gloss, and never sends one', async () => {
    const inbound = await translator.translate(request('saldo top up', { tgt: 'zh-CN', purpose: 'inbound' }));
    expect(inbound).toMatchObject({ status: 'translated', text: '余额 充值', flags: ['gloss'], engine: 'glossary' });
    expect(inbound.status === 'translated' && inbound.confidence).toBeLessThanOrEqual(0.4);
    expect(await translator.translate(request('saldo top up', { tgt: 'zh-CN' }))).toMatchObject({
      status: 'unavailable',
    });
  });

  it('has nothing to translate within one language', async () => {
    expect(await translator.translate(request('halo', { tgt: 'id' }))).toMatchObject({
      status: 'translated',
      text: 'halo',
      engine: 'none',
    });
  });
});

describe('network engines', () => {
  it('get protected text, and what they return is restored', async () => {
    const engine = new ScriptedEngine('first', (text) => text.replace('bayar', 'pay').replace('ke', 'to'));
    const { translator } = withEngines(engine);
    expect(await translator.translate(request('bayar Rp 50.000 ke @bob'))).toMatchObject({
      status: 'translated',
      text: 'pay Rp 50.000 to @bob',
      engine: 'first',
    });
    expect(engine.calls).toEqual(['bayar ⟦0⟧ ke ⟦1⟧']);
  });

  it('are tried in order until one passes the checks', async () => {
    const loses = new ScriptedEngine('first', () => 'pay to him');
    const keeps = new ScriptedEngine('second', () => 'pay ⟦0⟧');
    const { translator } = withEngines(loses, keeps);
    expect(await translator.translate(request('bayar Rp 50.000'))).toMatchObject({
      status: 'translated',
      engine: 'second',
      text: 'pay Rp 50.000',
    });
  });

  it.each([
    ['a lost amount', 'bayar Rp 50.000 ya', 'pay now', 'placeholders'],
    ['another number', 'tunggu 3 hari lagi', 'wait 5 more days', 'numbers'],
    ['a lost negation', 'uang saya belum masuk', 'my money has arrived', 'negation'],
    ['untranslated text', 'tolong bantu saya dong', 'tolong bantu saya dong', 'unchanged'],
    ['a runaway', 'tolong bantu saya dengan ini', 'please help me with this '.repeat(12), 'length'],
  ])('do not reach a customer with %s, and the reason says so', async (_, text, reply, flag) => {
    const { translator } = withEngines(new ScriptedEngine('first', () => reply));
    const outbound = await translator.translate(request(text));
    expect(outbound).toMatchObject({ status: 'unavailable', reason: expect.stringContaining(flag) });
    const inbound = await translator.translate(request(text, { purpose: 'inbound' }));
    expect(inbound).toMatchObject({ status: 'translated', flags: expect.arrayContaining([flag]) });
    if (inbound.status === 'translated') expect(inbound.confidence).toBeLessThan(0.6);
  });

  it('put a lost value at the end for the agent', async () => {
    const { translator } = withEngines(new ScriptedEngine('first', () => 'pay now'));
    expect(await translator.translate(request('bayar Rp 50.000 ya', { purpose: 'inbound' }))).toMatchObject({
      text: 'pay now Rp 50.000',
    });
  });

  it('name the terms they applied and lower the confidence for those they did not', async () => {
    const good = await withEngines(new ScriptedEngine('first', () => 'my balance is here')).translator.translate(
      request('saldo saya ada'),
    );
    expect(good).toMatchObject({
      status: 'translated',
      flags: [],
      terms: [{ concept: 'BALANCE', src: 'saldo', tgt: 'balance' }],
    });
    const poor = await withEngines(new ScriptedEngine('first', () => 'my money is here')).translator.translate(
      request('saldo saya ada'),
    );
    expect(poor).toMatchObject({ status: 'translated', flags: ['terms'], confidence: 0.56 });
  });

  it('are left alone while they are down, and probed once after the pause', async () => {
    const first = new ScriptedEngine('first', down);
    const second = new ScriptedEngine('second', () => 'good day');
    const { translator, clock } = withEngines(first, second);
    for (let i = 0; i < 10; i++)
      expect(await translator.translate(request('selamat siang'))).toMatchObject({ engine: 'second' });
    expect(first.calls).toHaveLength(4);
    expect(translator.engineStatus()).toEqual([
      { name: 'first', local: false, up: false, since: 1_000_000, detail: 'first: cannot be reached' },
      { name: 'second', local: false, up: true, since: 1_000_000 },
    ]);
    clock.at += 15_000;
    first.reply = () => 'good afternoon';
    expect(await translator.translate(request('selamat siang'))).toMatchObject({ engine: 'first' });
    expect(translator.engineStatus()[0]).toEqual({ name: 'first', local: false, up: true, since: 1_015_000 });
  });

  it('say why nobody could translate', async () => {
    const { translator } = withEngines(new ScriptedEngine('first', down));
    expect(await translator.translate(request('selamat siang'))).toEqual({
      status: 'unavailable',
      reason: 'no translation id → en: first: cannot be reached',
    });
  });
});

describe('the memory', () => {
  it('answers the same sentence with other values, without the engine', async () => {
    const engine = new ScriptedEngine('first', (text) => text.replace('bayar', 'pay'));
    const clock = new TestClock();
    const translator = createTranslator({
      engines: [engine],
      glossary,
      clock,
      memory: inProcessMemory({ clock, ttlMs: 1000 }),
    });
    await translator.translate(request('bayar Rp 50.000'));
    expect(await translator.translate(request('bayar  Rp 99.000'))).toMatchObject({
      text: 'pay Rp 99.000',
      engine: 'memory',
      flags: ['memory'],
    });
    expect(engine.calls).toHaveLength(1);
    clock.at += 1000;
    await translator.translate(request('bayar Rp 50.000'));
    expect(engine.calls).toHaveLength(2);
  });

  it('does not keep what failed the checks', async () => {
    const engine = new ScriptedEngine('first', () => 'pay now');
    const clock = new TestClock();
    const translator = createTranslator({ engines: [engine], glossary, clock, memory: inProcessMemory({ clock }) });
    for (let i = 0; i < 2; i++) await translator.translate(request('bayar Rp 50.000 ya', { purpose: 'inbound' }));
    expect(engine.calls).toHaveLength(2);
  });

  it('forgets the longest unused first', async () => {
    const memory = inProcessMemory({ clock: new TestClock(), entries: 2 });
    await memory.put('a', '1');
    await memory.put('b', '2');
    await memory.get('a');
    await memory.put('c', '3');
    expect([await memory.get('a'), await memory.get('b'), await memory.get('c')]).toEqual(['1', undefined, '3']);
  });
});
