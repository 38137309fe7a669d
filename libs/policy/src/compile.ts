import { createHash } from 'node:crypto';
import { compileWhen } from './condition.ts';
import type { CompiledWhen } from './condition.ts';
import { compileEffect } from './effects.ts';
import type { CompiledEffect } from './effects.ts';
import type { Rule } from './rule.ts';
import { safePattern } from './safe-pattern.ts';

export interface CompiledRule {
  rule: Rule;
  when: CompiledWhen;
  effects: CompiledEffect[];
}

/** Rules made ready: what `checkOutbound` and `applyInbound` ask. */
export interface RuleSet {
  /** Every rule, drafts too. */
  rules: readonly Rule[];
  /** Changes with any rule in force or in shadow; kept with each released message. */
  fingerprint: string;
  outbound: readonly CompiledRule[];
  inbound: readonly CompiledRule[];
}

/** A rule that cannot be used: says which rule (or file), where in it, and what is expected. */
export class RuleError extends Error {
  override name = 'RuleError';
}

/** Effects that do something in a phase; any other would look as if it worked. */
const PHASES: Readonly<Record<Rule['phase'], readonly string[]>> = {
  inbound: ['deadline', 'route', 'remind', 'redact'],
  outbound: ['require', 'forbid', 'disclaim', 'remind', 'redact'],
};

/** Compiles rules once. Throws RuleError on a double id, an effect that its phase does not know, or an unsafe pattern. */
export function compileRules(rules: readonly Rule[]): RuleSet {
  const seen = new Set<string>();
  for (const rule of rules) {
    if (seen.has(rule.id)) throw new RuleError(`Rule "${rule.id}" occurs twice; ids must be different.`);
    seen.add(rule.id);
  }
  const sorted = [...rules].sort((a, b) => (a.id < b.id ? -1 : 1));
  const compiled = sorted.map(compileRule);
  const live = compiled.filter(({ rule }) => rule.status !== 'draft');
  return {
    rules: sorted,
    fingerprint: createHash('sha256')
      .update(JSON.stringify(live.map(({ rule }) => rule)))
      .digest('hex')
      .slice(0, 16),
    outbound: live.filter(({ rule }) => rule.phase === 'outbound'),
    inbound: live.filter(({ rule }) => rule.phase === 'inbound'),
  };
}

function compileRule(rule: Rule): CompiledRule {
  const pattern = (source: string): string => {
    try {
      return safePattern(source);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new RuleError(`Rule "${rule.id}", pattern "${source}": ${reason}.`, { cause: error });
    }
  };
  for (const { type } of rule.effects) {
    if (PHASES[rule.phase].includes(type)) continue;
    throw new RuleError(
      `Rule "${rule.id}": effect "${type}" does nothing ${rule.phase}; expected ${PHASES[rule.phase].join(', ')}.`,
    );
  }
  return {
    rule,
    when: compileWhen(rule.when, pattern),
    effects: rule.effects.map((effect) => compileEffect(effect, pattern)),
  };
}
