import type { CompiledRule } from './compile.ts';
import type { CompiledDisclaim, CompiledForbid, CompiledRequire } from './effects.ts';
import { isKnownLanguage } from './language-key.ts';
import type { Normalised } from './normalise.ts';
import { findPersonalData } from './personal-data.ts';
import type { Rule } from './rule.ts';
import type { Finding, Span } from './verdict.ts';

/** A message as the effects of a rule look at it. */
export interface Draft {
  /** What spans refer to. */
  visible: string;
  /** Normalised: visible words, then the others (subject, variables). */
  text: Normalised;
  lang: string | undefined;
  source(): Normalised | undefined;
  sourceLang: string | undefined;
  /** No letters at all: nothing a language could be asked about, and nothing to add a sentence to. */
  wordless: boolean;
  told: readonly string[];
}

interface Examined {
  findings: Finding[];
  /** Concepts that the text states. */
  states: string[];
}

/** What the effects of a rule, whose condition holds, find in a message. */
export function examine({ rule, effects }: CompiledRule, draft: Draft): Examined {
  const out: Examined = { findings: [], states: [] };
  for (const compiled of effects) {
    switch (compiled.type) {
      case 'forbid':
        out.findings.push(...examineForbid(rule, compiled as CompiledForbid, draft));
        break;
      case 'require':
        examineRequire(rule, compiled as CompiledRequire, draft, out);
        break;
      case 'disclaim':
        examineDisclaim(rule, compiled as CompiledDisclaim, draft, out);
        break;
      default:
        if (compiled.effect.type === 'redact') out.findings.push(...examineRedact(rule, compiled.effect.types, draft));
        if (compiled.effect.type === 'remind') {
          out.findings.push({ ...finding(rule, 'remind', compiled.effect.text), severity: 'info' });
        }
    }
  }
  return out;
}

function finding(rule: Rule, effect: string, message: string, spans: Span[] = []): Finding {
  const { id: ruleId, name: ruleName, version, severity, legalRef } = rule;
  return { ruleId, ruleName, version, severity, effect, message, legalRef, spans };
}

function examineForbid(rule: Rule, { regex, covers, suggestion }: CompiledForbid, draft: Draft): Finding[] {
  const found = (message: string, spans: Span[] = []): Finding[] => {
    const text = suggestion(draft.lang);
    const fix = text === undefined ? {} : { fix: { kind: 'replace' as const, text } };
    return [{ ...finding(rule, 'forbid', `${rule.name}: ${message}.`, spans), ...fix }];
  };
  const spans = matches(regex, draft.text, draft.visible.length);
  if (spans !== undefined) {
    const quoted = [...new Set(spans.map((span) => `“${draft.visible.slice(span.start, span.end)}”`))].join(', ');
    return found(
      quoted === '' ? 'a subject or variable says what must not be said' : `${quoted} must not be said`,
      spans,
    );
  }
  if (draft.wordless || covers(draft.lang)) return [];
  const source = draft.source();
  if (source === undefined || !covers(draft.sourceLang)) return held(rule, draft);
  if (matches(regex, source, Infinity) === undefined) return [];
  return found('the text before translation says what must not be said');
}

/** Undefined = no match. Matches outside the visible words give no span. */
function matches(regex: RegExp, text: Normalised, limit: number): Span[] | undefined {
  regex.lastIndex = 0;
  let spans: Span[] | undefined;
  for (let match = regex.exec(text.text); match !== null; match = regex.exec(text.text)) {
    spans ??= [];
    const span = text.span(match.index, match.index + match[0].length);
    const last = spans.at(-1);
    if (span.start >= limit) continue;
    if (last !== undefined && span.start <= last.end) last.end = Math.min(limit, Math.max(last.end, span.end));
    else spans.push({ start: span.start, end: Math.min(limit, span.end) });
  }
  return spans;
}

function examineRequire(rule: Rule, { effect, states, sentence }: CompiledRequire, draft: Draft, out: Examined): void {
  const stated = states(draft.text.text, draft.lang) ?? statedBefore(states, draft);
  if (stated === true) out.states.push(effect.concept);
  if (stated === true || draft.wordless || draft.told.includes(effect.concept)) return;
  const text = sentence(draft.lang);
  if (stated === undefined) {
    const [hold] = held(rule, draft);
    if (hold !== undefined) out.findings.push(text === undefined ? hold : { ...hold, fix: { kind: 'append', text } });
    return;
  }
  const missing = finding(rule, 'require', `${rule.name}: the text does not say it.`);
  out.findings.push(text === undefined ? missing : { ...missing, fix: { kind: 'append', text } });
}

/** Whether the text before translation states it; undefined where there is none or it cannot be judged either. */
function statedBefore(states: CompiledRequire['states'], draft: Draft): boolean | undefined {
  const source = draft.source();
  return source === undefined ? undefined : states(source.text, draft.sourceLang);
}

function examineDisclaim(rule: Rule, { sentence }: CompiledDisclaim, draft: Draft, out: Examined): void {
  const wanted = sentence(draft.lang);
  if (wanted !== undefined && draft.text.text.includes(wanted.normalised)) {
    out.states.push(rule.id);
    return;
  }
  if (draft.wordless || draft.told.includes(rule.id)) return;
  if (wanted === undefined) out.findings.push(...held(rule, draft));
  else {
    const missing = finding(rule, 'disclaim', `${rule.name}: the sentence is missing.`);
    out.findings.push({ ...missing, fix: { kind: 'append', text: wanted.text } });
  }
}

function examineRedact(rule: Rule, types: readonly ('card' | 'email')[], draft: Draft): Finding[] {
  const found = findPersonalData(draft.visible, types);
  if (found.length === 0) return [];
  const kinds = [
    ...new Set(found.map(({ type }) => (type === 'card' ? 'a payment card number' : 'an e-mail address'))),
  ];
  const spans = found.map(({ start, end }) => ({ start, end }));
  return [finding(rule, 'redact', `${rule.name}: the text holds ${kinds.join(' and ')}.`, spans)];
}

/** Rules that only inform do not stop a message they cannot judge. */
function held(rule: Rule, draft: Draft): Finding[] {
  if (rule.severity === 'info') return [];
  const lang = isKnownLanguage(draft.lang) ? `in "${draft.lang}"` : 'in a language that could not be told';
  const source =
    draft.sourceLang === undefined ? 'there is no text before translation to judge' : `nor for "${draft.sourceLang}"`;
  return [
    finding(
      rule,
      'hold',
      `${rule.name}: the rule has no patterns for a text ${lang}, and ${source}. A lead has to look at it.`,
    ),
  ];
}
