import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileRules, RuleError } from './compile.ts';
import { loadRules } from './load.ts';
import { sampleRule } from './sample-rule.fixture.ts';
import { testRules } from './test-rules.ts';

describe('compileRules', () => {
  it('refuses double ids, effects of the other phase, and unsafe patterns, naming the rule', () => {
    expect(() => compileRules([sampleRule(), sampleRule()])).toThrow('"no-promise" occurs twice');
    expect(() => compileRules([sampleRule({ phase: 'inbound' })])).toThrow('effect "forbid" does nothing inbound');
    const effects = [{ type: 'forbid' as const, patterns: { en: ['(a+)+'] }, suggest: {} }];
    expect(() => compileRules([sampleRule({ effects })])).toThrow(/Rule "no-promise", pattern "\(a\+\)\+"/);
  });

  it('has a fingerprint that follows the rules in force, not their order and not drafts', () => {
    const a = sampleRule({ id: 'a' });
    const b = sampleRule({ id: 'b' });
    expect(compileRules([a, b]).fingerprint).toBe(compileRules([b, a]).fingerprint);
    expect(compileRules([a, { ...b, status: 'draft' }]).fingerprint).toBe(compileRules([a]).fingerprint);
    expect(compileRules([{ ...a, version: 4 }]).fingerprint).not.toBe(compileRules([a]).fingerprint);
  });
});

describe('testRules', () => {
  it('reports a test that fails, with what was found', () => {
    const test = {
      ctx: { text: 'a promise', lang: 'en', country: 'ID', channel: 'c', actor: 'agent', intents: [], concepts: [] },
      expect: { fires: false },
    };
    const [result] = testRules(compileRules([sampleRule({ tests: [test] })]));
    expect(result).toMatchObject({
      ruleId: 'no-promise',
      passed: false,
      message: expect.stringContaining('found block'),
    });
  });
});

describe('loadRules', () => {
  it('names file, path and expectation', () => {
    const dir = mkdtempSync(join(tmpdir(), 'rules-'));
    try {
      writeFileSync(join(dir, 'bad.json'), JSON.stringify({ ...sampleRule(), status: 'live' }));
      expect(() => loadRules(dir)).toThrow(RuleError);
      expect(() => loadRules(dir)).toThrow(/bad\.json[^]*at status: .*draft/);
      writeFileSync(join(dir, 'bad.json'), '{');
      expect(() => loadRules(dir)).toThrow(/bad\.json: expected JSON/);
      expect(() => loadRules(join(dir, 'none'))).toThrow(/Cannot read the rules folder/);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
