import type { CompiledRule, RuleSet } from './compile.ts';
import type { InboundFacts } from './facts.ts';
import { normalise } from './normalise.ts';
import { findPersonalData } from './personal-data.ts';
import type { PersonalDataFound } from './personal-data.ts';
import { traceHit, traceMiss } from './rule-trace.ts';
import type { RuleTrace, Severity } from './verdict.ts';

/** A statutory deadline that begins with the message. */
export interface StatutoryClock {
  ruleId: string;
  name: string;
  /** Epoch milliseconds. */
  dueAt: number;
  /** Epoch milliseconds, ascending. */
  warnAt: number[];
  /** What to do until then. */
  steps?: string[];
}

export interface FiredRule {
  ruleId: string;
  ruleName: string;
  version: number;
  severity: Severity;
  legalRef: string;
  why: string;
}

export interface InboundOutcome {
  clocks: StatutoryClock[];
  routeTopics: string[];
  routeQueues: string[];
  reminders: string[];
  /** Personal data to mask in views and logs; UTF-16 offsets in the text. */
  redactions: PersonalDataFound[];
  fired: FiredRule[];
  nearly: RuleTrace[];
  /** Every rule that was considered. */
  trace: RuleTrace[];
}

const HOUR = 3_600_000;

/** What the rules ask on receipt of a message: clocks, routes, reminders. Pure: `receivedAt` is the only time. */
export function applyInbound(ruleset: RuleSet, facts: InboundFacts): InboundOutcome {
  const out: InboundOutcome = {
    clocks: [],
    routeTopics: [],
    routeQueues: [],
    reminders: [],
    redactions: [],
    fired: [],
    nearly: [],
    trace: [],
  };
  const evaluated = { ...facts, text: normalise(facts.text).text };
  for (const compiled of ruleset.inbound) {
    const outcome = compiled.when.evaluate(evaluated);
    const trace = outcome.holds === 0 ? traceMiss(compiled, outcome) : traceHit(compiled, outcome, true);
    out.trace.push(trace);
    if (trace.outcome === 'nearly') out.nearly.push(trace);
    if (trace.outcome === 'fired') fire(compiled, facts, trace.why, out);
  }
  return out;
}

function fire({ rule, effects }: CompiledRule, facts: InboundFacts, why: string, out: InboundOutcome): void {
  const { id: ruleId, name: ruleName, version, severity, legalRef } = rule;
  out.fired.push({ ruleId, ruleName, version, severity, legalRef, why });
  for (const { effect } of effects) {
    if (effect.type === 'deadline') {
      const length = effect.hours * HOUR;
      out.clocks.push({
        ruleId,
        name: ruleName,
        dueAt: facts.receivedAt + length,
        warnAt: [...effect.warnAt]
          .sort((a, b) => a - b)
          .map((percent) => facts.receivedAt + Math.round((length * percent) / 100)),
        ...(effect.process === undefined ? {} : { steps: [...effect.process] }),
      });
    }
    if (effect.type === 'route')
      addOnce(effect.topic === undefined ? out.routeQueues : out.routeTopics, effect.topic ?? effect.queue);
    if (effect.type === 'remind') addOnce(out.reminders, effect.text);
    if (effect.type === 'redact') out.redactions.push(...findPersonalData(facts.text, effect.types));
  }
}

function addOnce(list: string[], value: string | undefined): void {
  if (value !== undefined && !list.includes(value)) list.push(value);
}
