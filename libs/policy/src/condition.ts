import type { RegionFact, SharedFacts } from './facts.ts';
import { languageKey } from './language-key.ts';
import { GROUPS, isInGroup } from './region/groups.ts';
import type { Condition, Test } from './rule.ts';

/** What conditions look at, for one message. `text` is normalised. */
export interface EvaluatedFacts extends SharedFacts {
  text: string;
}

/** No, perhaps (a fact is not known), yes. Perhaps counts as yes: unknown means the strictest. */
export type Tri = 0 | 1 | 2;
type Evaluate = (facts: EvaluatedFacts) => Tri;

export interface Compiled {
  evaluate: Evaluate;
  /** The condition in words, for the trace. */
  says: string;
}

/** A rule's whole condition, with account of what failed. */
export interface CompiledWhen {
  evaluate(facts: EvaluatedFacts): { holds: Tri; failed: number; firstFailed?: string };
  says: string;
}

/** Compiles the tree to closures once. `pattern` checks and folds one regular expression, and throws when it is unsafe. */
export function compileWhen(condition: Condition, pattern: (source: string) => string): CompiledWhen {
  const parts = 'all' in condition ? condition.all : [condition];
  const compiled = parts.map((part) => compile(part, pattern));
  return {
    says: compiled.map((c) => c.says).join(' and '),
    evaluate: (facts) => {
      let holds: Tri = 2;
      let failed = 0;
      let firstFailed: string | undefined;
      for (const part of compiled) {
        const value = part.evaluate(facts);
        if (value < holds) holds = value;
        if (value === 0) {
          firstFailed ??= part.says;
          if (++failed === 2) break;
        }
      }
      return { holds, failed, ...(firstFailed === undefined ? {} : { firstFailed }) };
    },
  };
}

function compile(condition: Condition, pattern: (source: string) => string): Compiled {
  if ('all' in condition) {
    const parts = condition.all.map((c) => compile(c, pattern));
    return { evaluate: (f) => least(parts, f), says: `(${parts.map((p) => p.says).join(' and ')})` };
  }
  if ('any' in condition) {
    const parts = condition.any.map((c) => compile(c, pattern));
    return { evaluate: (f) => greatest(parts, f), says: `(${parts.map((p) => p.says).join(' or ')})` };
  }
  if ('not' in condition) {
    const part = compile(condition.not, pattern);
    return { evaluate: (f) => (2 - part.evaluate(f)) as Tri, says: `not ${part.says}` };
  }
  return { evaluate: compileTest(condition, pattern), says: sayTest(condition) };
}

function least(parts: readonly Compiled[], facts: EvaluatedFacts): Tri {
  let value: Tri = 2;
  for (const part of parts) {
    const next = part.evaluate(facts);
    if (next < value) value = next;
    if (value === 0) break;
  }
  return value;
}

function greatest(parts: readonly Compiled[], facts: EvaluatedFacts): Tri {
  let value: Tri = 0;
  for (const part of parts) {
    const next = part.evaluate(facts);
    if (next > value) value = next;
    if (value === 2) break;
  }
  return value;
}

const yes = (value: boolean): Tri => (value ? 2 : 0);

function compileTest(test: Test, pattern: (source: string) => string): Evaluate {
  if (test.op === 'matches') {
    const regex = new RegExp(test.value.map((source) => `(?:${pattern(source)})`).join('|'), 'u');
    return (f) => yes(regex.test(f.text));
  }
  if (test.op === 'between') {
    const [from, to] = test.value;
    return (f) => (f.localTime === undefined ? 1 : yes(within(f.localTime, from, to)));
  }
  if (test.op === 'exists') return (f) => yes(exists(f, test.fact) === test.value);
  const wanted = new Set(typeof test.value === 'object' ? test.value : [String(test.value)]);
  const positive = membership(test.fact, wanted);
  return test.op === 'nin' ? (f) => (2 - positive(f)) as Tri : positive;
}

function membership(fact: Test['fact'], wanted: ReadonlySet<string>): Evaluate {
  const some = (list: readonly string[]): Tri => yes(list.some((value) => wanted.has(value)));
  const optional = (value: string | boolean | undefined): Tri =>
    value === undefined ? 1 : yes(wanted.has(String(value)));
  switch (fact) {
    case 'region':
      return (f) => inRegion(f.region, wanted);
    case 'country':
      return (f) => inCountry(f.region, wanted);
    case 'intents':
      return (f) => some(f.intents);
    case 'concepts':
      return (f) => some(f.concepts);
    case 'lang': {
      const keys = [...wanted];
      return (f) => (f.lang === undefined || f.lang === 'und' ? 1 : yes(languageKey(keys, f.lang) !== undefined));
    }
    case 'channel':
      return (f) => yes(wanted.has(f.channel));
    case 'actor':
      return (f) => yes(wanted.has(f.actor.kind));
    case 'text':
      return (f) => yes(wanted.has(f.text));
    case 'firstContact':
      return (f) => optional(f.firstContact);
    case 'localTime':
      return (f) => optional(f.localTime);
  }
}

function inRegion(region: RegionFact, wanted: ReadonlySet<string>): Tri {
  if (region.country !== undefined && wanted.has(region.country)) return 2;
  if (region.groups.some((group) => wanted.has(group))) return 2;
  if (region.country !== undefined) return yes(isInGroup(region.country, wanted));
  return inCountry(region, wanted);
}

/** Without a country, it is open whether the customer is in one of the wanted ones, unless the known grouping rules that out. */
function inCountry(region: RegionFact, wanted: ReadonlySet<string>): Tri {
  if (region.country !== undefined) return yes(wanted.has(region.country));
  if (region.groups.length === 0) return 1;
  return region.groups.some((group) => GROUPS[group]?.some((country) => wanted.has(country))) ? 1 : 0;
}

function exists(facts: EvaluatedFacts, fact: Test['fact']): boolean {
  if (fact === 'country') return facts.region.country !== undefined;
  if (fact === 'region') return facts.region.country !== undefined || facts.region.groups.length > 0;
  if (fact === 'lang') return facts.lang !== undefined && facts.lang !== 'und';
  if (fact === 'actor') return true;
  const value = facts[fact];
  return typeof value === 'boolean' || (value !== undefined && value.length > 0);
}

function within(time: string, from: string, to: string): boolean {
  return from <= to ? time >= from && time < to : time >= from || time < to;
}

const NAMES: Readonly<Record<Test['fact'], string>> = {
  region: 'region',
  country: 'country',
  lang: 'language',
  channel: 'channel',
  intents: 'intent',
  concepts: 'concept',
  actor: 'author',
  text: 'text',
  firstContact: 'first contact',
  localTime: "customer's local time",
};

function sayTest(test: Test): string {
  const name = NAMES[test.fact];
  switch (test.op) {
    case 'eq':
      return `${name} is ${String(test.value)}`;
    case 'in':
      return `${name} is one of ${test.value.join(', ')}`;
    case 'nin':
      return `${name} is none of ${test.value.join(', ')}`;
    case 'exists':
      return `${name} is ${test.value ? 'known' : 'unknown'}`;
    case 'matches':
      return `${name} matches a pattern of the rule`;
    case 'between':
      return `${name} is between ${test.value.join(' and ')}`;
  }
}
