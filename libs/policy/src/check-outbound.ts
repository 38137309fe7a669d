import type { RuleSet } from './compile.ts';
import type { EvaluatedFacts } from './condition.ts';
import { examine } from './examine.ts';
import type { Draft } from './examine.ts';
import type { OutboundFacts } from './facts.ts';
import { issue } from './issued.ts';
import { normalise } from './normalise.ts';
import type { Normalised } from './normalise.ts';
import { traceHit, traceMiss } from './rule-trace.ts';
import type { Rule } from './rule.ts';
import type { Decision, Finding, Verdict } from './verdict.ts';
import { type Words, wordsOf } from './words.ts';

/**
 * Judges the final text of a message, for people, bots and templates alike. A rule that has no pattern in the final language is
 * asked about the author's own text; when it does not cover that either, the message is held. For a bot, `warn` is `block`. The
 * result is sealed: only an unaltered verdict makes `release` let exactly these words go.
 */
export function checkOutbound(ruleset: RuleSet, facts: OutboundFacts): Verdict {
  const words = wordsOf(facts.parts);
  const draft = draftOf(words, facts);
  const evaluated: EvaluatedFacts = { ...facts, text: draft.text.text };
  const verdict: Verdict = { decision: 'release', findings: [], trace: [], states: [], rules: ruleset.fingerprint };
  const acting: Rule[] = [];
  for (const compiled of ruleset.outbound) {
    const outcome = compiled.when.evaluate(evaluated);
    if (outcome.holds === 0) {
      verdict.trace.push(traceMiss(compiled, outcome));
      continue;
    }
    const { findings, states } = examine(compiled, draft);
    verdict.trace.push(traceHit(compiled, outcome, findings.length > 0));
    verdict.states.push(...states);
    if (compiled.rule.status !== 'active' || findings.length === 0) continue;
    verdict.findings.push(...findings);
    acting.push(compiled.rule);
  }
  verdict.decision = decide(verdict.findings, facts.actor.kind);
  const role = overridableBy(verdict.decision, acting, facts.actor.kind);
  return issue(role === undefined ? verdict : { ...verdict, overridableBy: role }, words);
}

function draftOf({ visible, rest }: Words, facts: OutboundFacts): Draft {
  const words = rest === '' ? visible : `${visible}\n${rest}`;
  const text = normalise(words);
  let source: Normalised | undefined;
  const before = (own: string): Normalised => (own === words ? text : normalise(own));
  return {
    visible,
    text,
    lang: facts.lang,
    sourceLang: facts.source?.lang,
    source: () => (facts.source === undefined ? undefined : (source ??= before(facts.source.text))),
    wordless: !/\p{L}/u.test(visible) && !/\p{L}/u.test(rest),
    told: facts.told ?? [],
  };
}

function decide(findings: readonly Finding[], actor: string): Decision {
  const has = (severity: Finding['severity']): boolean =>
    findings.some((f) => f.effect !== 'hold' && f.severity === severity);
  if (has('block')) return 'block';
  if (findings.some((f) => f.effect === 'hold')) return 'hold';
  if (has('warn')) return actor === 'bot' ? 'block' : 'warn';
  return 'release';
}

function overridableBy(decision: Decision, acting: readonly Rule[], actor: string): Verdict['overridableBy'] {
  if (actor === 'bot') return undefined;
  if (decision === 'hold') return acting.some((rule) => rule.override?.role === 'admin') ? 'admin' : 'lead';
  if (decision !== 'warn') return undefined;
  const roles = acting.filter((rule) => rule.severity === 'warn').map((rule) => rule.override?.role ?? 'agent');
  return (['admin', 'lead'] as const).find((role) => roles.includes(role)) ?? 'agent';
}
