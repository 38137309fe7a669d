import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createKnowledge, loadPack, PackError } from './index.ts';

const FILES = {
  'glossary.json': {
    version: '1',
    loanwords: ['refund'],
    concepts: [
      { id: 'REFUND', terms: { en: ['refund', 'refund*'], 'zh-CN': ['退款'] } },
      { id: 'FEE', terms: { en: ['fee'], 'zh-CN': ['手续费'] } },
    ],
  },
  'phrasebook.json': {
    locales: ['en', 'zh-CN'],
    phrases: [
      { id: 'fee', texts: { en: 'The fee is {amount}.', 'zh-CN': '手续费为{amount}。' } },
      ...['bot-notice', 'bot-handover', 'bot-clarify'].map((id) => ({
        id,
        texts: { en: `The ${id}.`, 'zh-CN': '机器人' },
      })),
      { id: 'bot-handover-later', texts: { en: 'Open at {time}.', 'zh-CN': '{time}上班' } },
      { id: 'refund', texts: { en: 'Refunds take 3 days.', 'zh-CN': '退款需要3天。' } },
    ],
  },
  'templates.json': {
    templates: [
      { id: 'fee', title: { en: 'Fee', 'zh-CN': '手续费' }, concepts: ['FEE'], phrases: ['fee'] },
      {
        id: 'refund-eu',
        title: { en: 'Refund EU', 'zh-CN': '欧盟退款' },
        concepts: ['REFUND'],
        phrases: ['refund', 'fee'],
        regions: ['EU'],
      },
    ],
  },
  'intents.json': {
    intents: [{ id: 'refund', requires: [['REFUND']] }],
    human: { en: ['agent'] },
    sensitive: { en: ['lawyer'] },
  },
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pack-'));
  for (const [name, content] of Object.entries(FILES)) await writeFile(join(folder, name), JSON.stringify(content));
});
afterEach(() => rm(folder, { recursive: true }));

async function change(file: keyof typeof FILES, edit: (json: never) => void): Promise<string> {
  const json = JSON.parse(await readFile(join(folder, file), 'utf8')) as never;
  edit(json);
  await writeFile(join(folder, file), JSON.stringify(json));
  const failure: unknown = await loadPack(folder).then(
    () => 'no fault',
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(PackError);
  return (failure as PackError).message;
}
type Json = Record<string, Record<string, Record<string, never>>>;

describe('loading a pack', () => {
  it('serves every locale by its relatives, and traditional Chinese not by simplified', async () => {
    const { phrasebook, glossary } = await loadPack(folder);
    expect(['zh-Hans', 'zh', 'zh-CN', 'en-GB'].map((lang) => phrasebook.localeOf(lang))).toEqual([
      'zh-CN',
      'zh-CN',
      'zh-CN',
      'en',
    ]);
    expect(['zh-Hant', 'zh-TW', 'fr', 'und'].map((lang) => phrasebook.localeOf(lang))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(glossary.term('FEE', 'zh-Hans')).toBe('手续费');
  });

  it('names file, place and expectation', async () => {
    expect(
      await change('glossary.json', (json: Json) => Object.assign(json['concepts']![0]!, { id: 'refund' })),
    ).toMatch(/glossary\.json: at concepts\.0\.id: expected capitals/);
  });

  it('finds a missing locale, differing slots and the wrong script', async () => {
    const faults = await change('phrasebook.json', (json: { phrases: { texts: Record<string, string> }[] }) => {
      json.phrases[0]!.texts['zh-CN'] = '手续费。';
      json.phrases.at(-1)!.texts = { en: '退款' };
    });
    expect(faults).toContain('phrase "fee": slots in zh-CN (none) differ from en (amount)');
    expect(faults).toContain('phrase "refund": has no text in zh-CN');
    expect(faults).toContain('phrase "refund": the text in en has letters of another script');
  });

  it('asks for what the bot says', async () => {
    expect(
      await change('phrasebook.json', (json: { phrases: { id: string }[] }) => json.phrases.splice(1, 1)),
    ).toContain('the bot needs a phrase "bot-notice"');
  });

  it('finds references to nothing', async () => {
    expect(
      await change('templates.json', (json: { templates: { phrases: string[] }[] }) =>
        json.templates[0]!.phrases.push('gone'),
      ),
    ).toContain('template "fee": phrase "gone" is not in phrasebook.json');
  });

  it('says which file is missing or broken', async () => {
    await writeFile(join(folder, 'intents.json'), '{');
    await expect(loadPack(folder)).rejects.toThrow(/intents\.json is not JSON/);
    await rm(join(folder, 'intents.json'));
    await expect(loadPack(folder)).rejects.toThrow(/intents\.json cannot be read/);
  });
});

describe('templates', () => {
  it('are limited to their regions', async () => {
    const knowledge = createKnowledge(await loadPack(folder));
    const ask = (region?: string | string[]) =>
      knowledge.templatesFor({ concepts: ['REFUND'], lang: 'en', ...(region ? { region } : {}) }).map((hit) => hit.id);
    expect(ask(['DE', 'EU'])).toEqual(['refund-eu']);
    expect(ask('ID')).toEqual([]);
    expect(ask()).toEqual([]);
  });

  it('show both languages, are filled, and say what is missing', async () => {
    const knowledge = createKnowledge(await loadPack(folder));
    const [hit] = knowledge.templatesFor({ concepts: ['FEE'], lang: 'en', agentLang: 'zh-Hans' });
    expect(hit).toMatchObject({
      title: '手续费',
      agentText: '手续费为{amount}。',
      customerText: 'The fee is {amount}.',
      slots: ['amount'],
      matched: ['FEE'],
    });
    expect(knowledge.fill('fee', 'zh-Hans', { amount: '$1' })).toEqual({
      text: '手续费为$1。',
      lang: 'zh-CN',
      missing: [],
    });
    expect(knowledge.fill('fee', 'en', {})).toEqual({ text: 'The fee is {amount}.', lang: 'en', missing: ['amount'] });
    expect(knowledge.fill('fee', 'en', { amount: '$&{x}' }).text).toBe('The fee is $&{x}.');
    expect(() => knowledge.fill('nope', 'en', {})).toThrow(/no template "nope"/);
  });

  it('can be searched by hand in either language', async () => {
    const knowledge = createKnowledge(await loadPack(folder));
    expect(knowledge.allTemplates({ lang: 'en', agentLang: 'zh-CN', search: '退款' }).map((t) => t.id)).toEqual([
      'refund-eu',
    ]);
    expect(knowledge.allTemplates({ lang: 'en' })).toHaveLength(2);
  });
});
