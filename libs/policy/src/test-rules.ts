import { applyInbound } from './apply-inbound.ts';
import { checkOutbound } from './check-outbound.ts';
import { compileRules } from './compile.ts';
import type { RuleSet } from './compile.ts';
import type { Rule, RuleTest } from './rule.ts';
import { groupsOf } from './region/groups.ts';

export interface RuleTestResult {
  ruleId: string;
  /** The test's name, or its place in the rule. */
  test: string;
  passed: boolean;
  /** Expected and found; empty when it passed. */
  message: string;
}

/** Runs every rule's own tests, each rule alone and as if it were active. */
export function testRules(ruleset: RuleSet): RuleTestResult[] {
  return ruleset.rules.flatMap((rule) => {
    const alone = compileRules([{ ...rule, status: 'active' }]);
    return rule.tests.map((test, index) => {
      const message = run(alone, rule, test);
      return { ruleId: rule.id, test: test.name ?? `test ${index + 1}`, passed: message === '', message };
    });
  });
}

function run(ruleset: RuleSet, rule: Rule, { ctx, expect }: RuleTest): string {
  const { country, actor, text, source, ...rest } = ctx;
  const region = { country, groups: country === undefined ? [] : groupsOf(country) };
  const shared = { ...rest, region, actor: { kind: actor } };
  if (rule.phase === 'inbound') {
    const fires = applyInbound(ruleset, { ...shared, text, receivedAt: 0 }).fired.length > 0;
    return fires === expect.fires ? '' : `expected the rule ${expect.fires ? 'to fire' : 'not to fire'} on “${text}”`;
  }
  const verdict = checkOutbound(ruleset, { ...shared, source, parts: [{ type: 'text', text }] });
  const fires = verdict.findings.length > 0;
  const found = `found ${verdict.decision}${verdict.findings.map((f) => `, ${f.effect}: ${f.message}`).join('')}`;
  if (fires !== expect.fires)
    return `expected the rule ${expect.fires ? 'to fire' : 'not to fire'} on “${text}”; ${found}`;
  if (expect.decision !== undefined && expect.decision !== verdict.decision) {
    return `expected ${expect.decision} on “${text}”; ${found}`;
  }
  return '';
}
