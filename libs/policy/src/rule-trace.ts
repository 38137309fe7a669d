import type { CompiledRule } from './compile.ts';
import type { CompiledWhen } from './condition.ts';
import type { RuleTrace } from './verdict.ts';

type Outcome = ReturnType<CompiledWhen['evaluate']>;

/** The trace of a rule whose condition did not hold. */
export function traceMiss({ rule, when }: CompiledRule, outcome: Outcome): RuleTrace {
  const head = { ruleId: rule.id, ruleName: rule.name, version: rule.version };
  const asked = outcome.firstFailed ?? when.says;
  // One condition alone that fails is no near miss.
  const nearly = outcome.failed === 1 && 'all' in rule.when && rule.when.all.length > 1;
  return nearly
    ? { ...head, outcome: 'nearly', why: `All held but one: it asks that ${asked}.` }
    : { ...head, outcome: 'not-applicable', why: `It asks that ${asked}.` };
}

/** The trace of a rule whose condition held; `acted` = it has a finding or an effect. */
export function traceHit({ rule, when }: CompiledRule, outcome: Outcome, acted: boolean): RuleTrace {
  const head = { ruleId: rule.id, ruleName: rule.name, version: rule.version };
  const open =
    outcome.holds === 1 ? ' Not everything is known (region, language or time), so the strictest reading applies.' : '';
  const because = `Holds: ${when.says}.${open}`;
  if (!acted) return { ...head, outcome: 'satisfied', why: `${because} The text complies.` };
  if (rule.status === 'shadow') return { ...head, outcome: 'shadow', why: `${because} In shadow: recorded only.` };
  return { ...head, outcome: 'fired', why: because };
}
