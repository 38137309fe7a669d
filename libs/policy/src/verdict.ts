import type { Rule } from './rule.ts';

export type Severity = Rule['severity'];

export interface Span {
  /** UTF-16 offsets into the final text (`textOf(parts)`), end exclusive. */
  start: number;
  end: number;
}

export interface Fix {
  /**
   * `append`: put `text` after the message. `replace`: `text` is the approved sentence, to stand for the sentence(s) around the
   * spans. `applyFix` does either.
   */
  kind: 'append' | 'replace';
  text: string;
}

/** What one effect of one rule found; the shape of contracts' `finding`. */
export interface Finding {
  ruleId: string;
  ruleName: string;
  version: number;
  severity: Severity;
  effect: string;
  message: string;
  legalRef: string;
  spans: Span[];
  fix?: Fix;
}

export type Decision = 'release' | 'block' | 'warn' | 'hold';

/** Why a rule did or did not act; one line of the "why?" panel. */
export interface RuleTrace {
  ruleId: string;
  ruleName: string;
  version: number;
  /**
   * `fired`: it has a finding or an effect. `satisfied`: its condition held and the text complies. `shadow`: would have fired.
   * `nearly`: all of its conditions but one held. `not-applicable`: the rest.
   */
  outcome: 'fired' | 'satisfied' | 'shadow' | 'nearly' | 'not-applicable';
  why: string;
}

export interface Verdict {
  decision: Decision;
  findings: Finding[];
  trace: RuleTrace[];
  /** Required concepts that this text states: keep them with the case and hand them back as `told`. */
  states: string[];
  /** For `warn` and `hold`: the role that may send in spite of it, with a reason. */
  overridableBy?: 'agent' | 'lead' | 'admin';
  /** Fingerprint of the rule set that was asked. */
  rules: string;
}
