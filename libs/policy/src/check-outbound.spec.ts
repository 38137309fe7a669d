import { describe, expect, it } from '@jest/globals';
import type { Part } from '#libs/contracts';
import { applyFix } from './apply-fix.ts';
import { checkOutbound } from './check-outbound.ts';
import { compileRules } from './compile.ts';
import type { OutboundFacts } from './facts.ts';
import { sampleRule } from './sample-rule.fixture.ts';

const rules = (...over: Parameters<typeof sampleRule>[0][]) => compileRules(over.map((o) => sampleRule(o)));
const facts = (text: string, over: Partial<OutboundFacts> = {}): OutboundFacts => ({
  parts: [{ type: 'text', text }],
  lang: 'en',
  region: { country: 'ID', groups: ['SEA'] },
  channel: 'telegram',
  actor: { kind: 'agent' },
  intents: [],
  concepts: [],
  ...over,
});

describe('checkOutbound: forbid', () => {
  it('blocks, marks the words in the final text and offers the approved sentence in one click', () => {
    const text = 'Hi 👋! I ｐｒｏｍｉｓｅ it works. Bye.';
    const verdict = checkOutbound(rules({}), facts(text));
    expect(verdict.decision).toBe('block');
    const [finding] = verdict.findings;
    expect(finding).toMatchObject({
      ruleId: 'no-promise',
      version: 3,
      severity: 'block',
      effect: 'forbid',
      legalRef: 'Test Act s.1',
    });
    expect(finding!.spans.map((s) => text.slice(s.start, s.end))).toEqual(['ｐｒｏｍｉｓｅ']);
    const fixed = applyFix(text, finding!);
    expect(fixed).toBe('Hi 👋! We will do our best. Bye.');
    expect(checkOutbound(rules({}), facts(fixed)).decision).toBe('release');
  });

  it('looks at every language in every text, and at every part', () => {
    const parts: Part[] = [
      { type: 'media', media: 'image', ref: { kind: 'blob', id: '1' }, caption: 'picture' },
      { type: 'choice', text: 'Choose', options: [{ id: 'a', label: 'Saya janji' }] },
    ];
    expect(checkOutbound(rules({}), facts('', { parts })).decision).toBe('block');
    const template: Part[] = [
      { type: 'template', name: 't', locale: 'en', text: 'Hello', variables: { 1: 'I promise' } },
    ];
    const verdict = checkOutbound(rules({}), facts('', { parts: template }));
    expect(verdict.decision).toBe('block');
    expect(verdict.findings[0]!.spans).toEqual([]);
    const subject: Part[] = [{ type: 'text', text: 'Hello', subject: 'A promise' }];
    expect(checkOutbound(rules({}), facts('', { parts: subject })).decision).toBe('block');
  });

  it('falls back to the source, and holds when neither language is covered', () => {
    const sw = { lang: 'sw' };
    expect(
      checkOutbound(rules({}), facts('Ahadi', { ...sw, source: { text: 'A promise', lang: 'en' } })).decision,
    ).toBe('block');
    expect(checkOutbound(rules({}), facts('Habari', { ...sw, source: { text: 'Hello', lang: 'en' } })).decision).toBe(
      'release',
    );
    const held = checkOutbound(rules({}), facts('Habari', { ...sw, source: { text: 'Salut', lang: 'fr' } }));
    expect(held).toMatchObject({ decision: 'hold', overridableBy: 'lead' });
    expect(held.findings[0]!.message).toContain('"sw"');
    expect(checkOutbound(rules({}), facts('👍', sw)).decision).toBe('release');
  });
});

describe('checkOutbound: require', () => {
  const effects = [
    {
      type: 'require' as const,
      concept: 'FEE',
      anyOf: { en: ['fee of up to 1 ?%'] },
      append: { en: 'A fee of up to 1 % may apply.' },
    },
  ];

  it('asks for the sentence, appends it in one click, and reports that it was told', () => {
    const verdict = checkOutbound(rules({ effects }), facts('Done.'));
    expect(verdict).toMatchObject({ decision: 'block', states: [] });
    const fixed = applyFix('Done.', verdict.findings[0]!);
    expect(fixed).toBe('Done.\n\nA fee of up to 1 % may apply.');
    expect(checkOutbound(rules({ effects }), facts(fixed))).toMatchObject({ decision: 'release', states: ['FEE'] });
  });

  it('does not ask again in a case that was told, nor of a message without words', () => {
    expect(checkOutbound(rules({ effects }), facts('Done.', { told: ['FEE'] })).decision).toBe('release');
    expect(checkOutbound(rules({ effects }), facts('👍')).decision).toBe('release');
  });
});

describe('checkOutbound: severity, actor and region', () => {
  it('lets a person override a warning and never a bot', () => {
    const warn = rules({ severity: 'warn', override: { role: 'lead' } });
    expect(checkOutbound(warn, facts('promise'))).toMatchObject({ decision: 'warn', overridableBy: 'lead' });
    const bot = checkOutbound(warn, facts('promise', { actor: { kind: 'bot' } }));
    expect(bot.decision).toBe('block');
    expect(bot.overridableBy).toBeUndefined();
  });

  it('applies the rules of every region when the region is unknown, under `not` too', () => {
    const unknown = { region: { groups: [] } };
    expect(checkOutbound(rules({}), facts('promise', unknown)).decision).toBe('block');
    expect(
      checkOutbound(rules({ when: { not: { fact: 'country', op: 'eq', value: 'DE' } } }), facts('promise', unknown))
        .decision,
    ).toBe('block');
    expect(checkOutbound(rules({}), facts('promise', { region: { groups: ['SEA'] } })).decision).toBe('block');
    expect(checkOutbound(rules({}), facts('promise', { region: { groups: ['EU'] } })).decision).toBe('release');
    expect(checkOutbound(rules({}), facts('promise', { region: { country: 'DE', groups: [] } })).decision).toBe(
      'release',
    );
  });

  it('reports every match, block before warn, and keeps shadow rules out of the decision', () => {
    const verdict = checkOutbound(
      rules({ id: 'a', severity: 'warn' }, { id: 'b' }, { id: 'c', status: 'shadow' }, { id: 'd', status: 'draft' }),
      facts('promise'),
    );
    expect(verdict.decision).toBe('block');
    expect(verdict.findings.map((f) => f.ruleId)).toEqual(['a', 'b']);
    expect(verdict.trace.map((t) => [t.ruleId, t.outcome])).toEqual([
      ['a', 'fired'],
      ['b', 'fired'],
      ['c', 'shadow'],
    ]);
  });

  it('says which condition a rule missed', () => {
    const when = {
      all: [
        { fact: 'country' as const, op: 'eq' as const, value: 'ID' },
        { fact: 'intents' as const, op: 'eq' as const, value: 'refund' },
      ],
    };
    expect(checkOutbound(rules({ when }), facts('promise')).trace[0]).toMatchObject({
      outcome: 'nearly',
      why: expect.stringContaining('intent is refund'),
    });
    expect(
      checkOutbound(rules({ when }), facts('promise', { region: { country: 'BR', groups: [] } })).trace[0]!.outcome,
    ).toBe('not-applicable');
  });

  it('finds card numbers by their check digit', () => {
    const redact = rules({ effects: [{ type: 'redact', types: ['card'] }] });
    expect(checkOutbound(redact, facts('Card 4111 1111 1111 1111')).findings[0]!.spans).toEqual([
      { start: 5, end: 24 },
    ]);
    expect(checkOutbound(redact, facts('Order 4111 1111 1111 1112')).decision).toBe('release');
  });

  it('demands a disclaimer word for word', () => {
    const disclaim = rules({ effects: [{ type: 'disclaim', text: { en: 'I am an automated assistant.' } }] });
    expect(checkOutbound(disclaim, facts('Hello')).findings[0]!.fix).toEqual({
      kind: 'append',
      text: 'I am an automated assistant.',
    });
    expect(checkOutbound(disclaim, facts('Hello! I am an AUTOMATED assistant.')).decision).toBe('release');
  });
});
