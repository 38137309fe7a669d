import { join } from 'node:path';
import { checkOutbound, compileRules, loadRules, type RuleSet } from '#libs/policy';
import type { Breach, Customer, Shown } from './observation.ts';

const RULES = join(import.meta.dirname, '../../packs/livestream/rules');

export async function regionalRules(): Promise<RuleSet> {
  return compileRules(await loadRules(RULES));
}

/**
 * Every regional rule again, over every body that reached a customer, with the customer's region: one that the rules do not
 * let go is a breach, whatever let it go.
 */
export function checkRules(rules: RuleSet, customers: readonly Customer[], conversations: readonly Shown[]): Breach[] {
  const shown = new Map(conversations.map((one) => [one.key, one]));
  return customers.flatMap(({ key, got }) => {
    const one = shown.get(key);
    const told: string[] = [];
    return got.flatMap((text): Breach[] => {
      const entry = one?.timeline.find((e) => e.direction === 'out' && e.text === text);
      const verdict = checkOutbound(rules, {
        parts: [{ type: 'text', text }],
        lang: entry?.lang ?? one?.language,
        region: one?.region ?? { groups: [] },
        channel: one?.channel ?? '',
        actor: { kind: entry?.by.kind ?? 'agent' },
        intents: [],
        concepts: [],
        told,
      });
      told.push(...verdict.states);
      if (verdict.decision !== 'block' && verdict.decision !== 'hold') return [];
      const rule = verdict.findings[0];
      return [
        {
          invariant: 'RULES',
          says: `${key}: "${text}" reached the customer against ${rule?.ruleId ?? verdict.decision}`,
        },
      ];
    });
  });
}
