import type { Rule } from './rule.ts';

/** A rule for specs; `over` says what the spec is about. */
export const sampleRule = (over: Partial<Rule> = {}): Rule => ({
  id: 'no-promise',
  version: 3,
  name: 'No promises',
  status: 'active',
  legalRef: 'Test Act s.1',
  owner: 'legal',
  needsLegalReview: false,
  phase: 'outbound',
  severity: 'block',
  when: { all: [{ fact: 'country', op: 'eq', value: 'ID' }] },
  effects: [{ type: 'forbid', patterns: { en: ['promise'], id: ['janji'] }, suggest: { en: 'We will do our best.' } }],
  tests: [{ ctx: { text: 'x', channel: 'c', actor: 'agent', intents: [], concepts: [] }, expect: { fires: false } }],
  ...over,
});
