import { describe, expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { applyInbound } from './apply-inbound.ts';
import { compileRules } from './compile.ts';
import type { InboundFacts } from './facts.ts';
import { loadRules } from './load.ts';
import { sampleRule } from './sample-rule.fixture.ts';

const pack = compileRules(loadRules(fileURLToPath(new URL('../../../packs/livestream/rules', import.meta.url))));
const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 2, 1, 12);
const complaint = (over: Partial<InboundFacts> = {}): InboundFacts => ({
  text: 'هذا البث مسيء',
  lang: 'ar',
  region: { country: 'SA', groups: ['GCC', 'MENA'] },
  channel: 'whatsapp',
  actor: { kind: 'customer' },
  intents: ['content_complaint'],
  concepts: [],
  receivedAt: NOW,
  ...over,
});

describe('applyInbound', () => {
  it('starts the 24-hour clock of a content complaint in the Gulf, warns at half and four fifths, and routes it', () => {
    const outcome = applyInbound(pack, complaint());
    expect(outcome.clocks).toHaveLength(1);
    expect(outcome.clocks[0]).toMatchObject({
      ruleId: 'mena-content-complaint',
      dueAt: NOW + 24 * HOUR,
      warnAt: [NOW + 12 * HOUR, NOW + 19.2 * HOUR],
    });
    expect(outcome.clocks[0]!.steps!.length).toBeGreaterThan(3);
    expect(outcome.routeTopics).toEqual(['trust-safety']);
    expect(outcome.reminders).toHaveLength(1);
    expect(outcome.fired[0]).toMatchObject({ severity: 'warn', ruleId: 'mena-content-complaint' });
  });

  it('leaves another region alone and says that the rule nearly applied', () => {
    const outcome = applyInbound(pack, complaint({ region: { country: 'ID', groups: ['SEA'] } }));
    expect(outcome).toMatchObject({ clocks: [], fired: [], routeTopics: [] });
    expect(outcome.nearly[0]!.why).toContain('region is one of SA');
  });

  it('masks personal data in what a customer wrote', () => {
    const rules = compileRules([
      sampleRule({
        phase: 'inbound',
        when: { fact: 'channel', op: 'eq', value: 'whatsapp' },
        effects: [{ type: 'redact', types: ['card', 'email'] }],
      }),
    ]);
    const text = 'mail me@x.org, card 4111-1111-1111-1111';
    const { redactions } = applyInbound(rules, complaint({ text }));
    expect(redactions.map((r) => [r.type, text.slice(r.start, r.end)])).toEqual([
      ['card', '4111-1111-1111-1111'],
      ['email', 'me@x.org'],
    ]);
  });

  it('knows local time over midnight, and takes an unknown time for within', () => {
    const night = compileRules([
      sampleRule({
        phase: 'inbound',
        when: { fact: 'localTime', op: 'between', value: ['22:00', '06:00'] },
        effects: [{ type: 'remind', text: 'Night.' }],
      }),
    ]);
    const reminded = (localTime?: string) => applyInbound(night, complaint({ localTime })).reminders.length === 1;
    expect([reminded('23:10'), reminded('05:59'), reminded('06:00'), reminded('12:00'), reminded()]).toEqual([
      true,
      true,
      false,
      false,
      true,
    ]);
  });
});
