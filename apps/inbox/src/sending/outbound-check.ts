import type { Composition, FindingView, Part } from '#libs/contracts';
import type { AgentConfig } from '#libs/platform';
import { checkOutbound, type RuleSet, type Verdict } from '#libs/policy';
import type { ConversationDoc } from '#libs/store';
import { ApiFailure } from '../http/api-failure.ts';

/** The rules of the customer's region on the words the customer will read; core asks again when it lets them go. */
export function verdictOn(
  ruleset: RuleSet,
  conversation: ConversationDoc,
  parts: readonly Part[],
  composition: Composition,
): Verdict {
  const { region, channel, intents, concepts, told } = conversation;
  return checkOutbound(ruleset, {
    parts,
    lang: composition.lang,
    source: composition.source,
    region,
    channel,
    actor: { kind: 'agent' },
    intents,
    concepts,
    told,
  });
}

/**
 * What must not be said, in words that nobody has translated yet: told while the agent writes, not only once there is a
 * translation. Spans and fixes are in the agent's language. What a rule would have added waits for the customer's text.
 */
export function forbiddenIn(
  ruleset: RuleSet,
  conversation: ConversationDoc,
  { text, lang }: { text: string; lang: string },
): FindingView[] {
  const { findings } = verdictOn(ruleset, conversation, [{ type: 'text', text }], { lang });
  return findings.filter(({ severity, spans }) => severity === 'block' && spans.length > 0);
}

/** Throws `blocked` when there is any finding. */
export function insistOnNone(findings: FindingView[]): void {
  if (findings.length > 0) throw new ApiFailure('blocked', FORBIDDEN, { findings });
}

const FORBIDDEN = 'A rule forbids this text; change it as the findings say.';
const RANK = { agent: 0, lead: 1, admin: 2 };

/** Throws `blocked` with the findings unless the rules let the words go, or this agent may and does decide otherwise. */
export function insistOn(verdict: Verdict, role: AgentConfig['role'], override: { reason: string } | undefined): void {
  const { decision, overridableBy } = verdict;
  if (decision === 'release') return;
  const findings: FindingView[] = verdict.findings;
  if (overridableBy === undefined) {
    throw new ApiFailure(
      'blocked',
      decision === 'hold' ? 'The rules cannot judge this text, so it is held back.' : FORBIDDEN,
      { findings },
    );
  }
  if (RANK[role] < RANK[overridableBy]) {
    throw new ApiFailure(
      'blocked',
      `A rule stands against this text; only ${overridableBy === 'admin' ? 'an admin' : 'a lead'} may send it all the same.`,
      { findings },
    );
  }
  if (!override?.reason.trim()) {
    throw new ApiFailure(
      'blocked',
      'A rule warns about this text; change it, or give a reason for sending it all the same.',
      { findings },
    );
  }
}
