import { describe, expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { compileRules } from './compile.ts';
import { loadRules } from './load.ts';
import { testRules } from './test-rules.ts';

const rules = loadRules(fileURLToPath(new URL('../../../packs/livestream/rules', import.meta.url)));

describe('rules of the livestream pack', () => {
  it('pass their own tests', () => {
    const results = testRules(compileRules(rules));
    expect(results.filter((result) => !result.passed)).toEqual([]);
    expect(results.length).toBeGreaterThan(60);
  });

  it('carry texts in the five locales of the pack', () => {
    for (const { effects } of rules) {
      for (const effect of effects) {
        const texts = effect.type === 'require' ? effect.append : effect.type === 'forbid' ? effect.suggest : undefined;
        if (texts !== undefined)
          expect(Object.keys(texts)).toEqual(expect.arrayContaining(['en', 'zh-CN', 'id', 'es', 'ar']));
      }
    }
  });
});
