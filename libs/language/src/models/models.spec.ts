import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { eld } from 'eld/small';
import { getLIDModel } from 'fasttext.wasm.js';
import { detectAll } from 'tinyld';
import type { Phrase } from '../pack-shapes.ts';
import { eldModel } from './eld.ts';
import { readEld } from './eld-file.ts';
import { fastTextModel } from './fasttext.ts';
import { readFastText } from './fasttext-file.ts';
import { packageFile } from './package-file.ts';
import { tinyldModel } from './tinyld.ts';
import { readTinyld } from './tinyld-file.ts';

const ODD = [
  '',
  'a',
  'ab',
  'abc',
  'abcd',
  'abcde',
  "don't know why it isn't there",
  "the dogs' bone 'tis x'",
  'sha7nt el raseed 3ala el 7esab',
  'əlavə pul gəlmədi',
  'mình top up rồi',
  'donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft ist hier',
  'お金がまだ届きません',
  'деньги ещё не пришли',
];

/** Words in lower case and single blanks, as detection hands them to the models: whole sentences and pieces of them. */
let samples: string[];
beforeAll(async () => {
  const file = await readFile('packs/livestream/phrasebook.json', 'utf8');
  const { phrases } = JSON.parse(file) as { phrases: Phrase[] };
  const sentences = phrases.flatMap(({ texts }) => Object.values(texts));
  const clean = sentences.map((text) =>
    text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{M}\p{N}'’]+/gu, ' ')
      .trim(),
  );
  samples = [...ODD, ...clean.flatMap((text) => [text.slice(0, 64), text.slice(0, 25), text.slice(9, 40)])];
});

describe('the models over flat arrays', () => {
  it('name the same languages as fastText, with the same probabilities', async () => {
    const data = await readFile(
      packageFile('fasttext.wasm.js', 'dist/models/language-identification/assets/lid.176.ftz'),
    );
    const ours = fastTextModel(readFastText(data));
    const theirs = await (await getLIDModel()).load();
    for (const text of samples) {
      const vector = theirs.predict(text, 3, 0) as unknown as {
        size(): number;
        get(i: number): [number, string];
        delete(): void;
      };
      const expected = Array.from({ length: vector.size() }, (_, i) => vector.get(i));
      vector.delete();
      const guesses = ours(text, 3);
      expect([text, guesses.map(({ label }) => `__label__${label}`)]).toEqual([
        text,
        expected.map(([, label]) => label),
      ]);
      guesses.forEach(({ probability }, i) => expect(probability).toBeCloseTo(expected[i]![0], 5));
    }
  });

  it('name the same language as eld', async () => {
    const ours = eldModel(readEld(await readFile(packageFile('eld', 'src/ngrams/small.js'), 'utf8')));
    for (const text of samples) expect([text, ours(text) ?? '']).toEqual([text, eld.detect(text).language]);
  });

  it('rank as tinyld does', async () => {
    const ours = tinyldModel(readTinyld(await readFile(packageFile('tinyld', 'dist/tinyld.normal.node.mjs'), 'utf8')));
    for (const text of samples) expect([text, ours(text)]).toEqual([text, detectAll(text)]);
  });

  it('say which package has data of another form', () => {
    expect(() => readEld('export const ngramsData = {}')).toThrow(/package eld/);
    expect(() => readTinyld('var x = 1')).toThrow(/package tinyld/);
    expect(() => readFastText(Buffer.alloc(64))).toThrow(/fastText/);
    expect(() => packageFile('eld', 'src/ngrams/other.js')).toThrow(/npm ci/);
  });
});
