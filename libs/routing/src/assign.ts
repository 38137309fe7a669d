import { sayInstant, standingOf } from './eligibility.ts';
import type { Standing } from './eligibility.ts';
import { onShift } from './on-shift.ts';
import type { AssignInput, Considered, Decision } from './types.ts';

const STICKY_MS = 72 * 3_600_000;

/**
 * Who takes a conversation. An eligible agent who had it within 72 hours; else, of those who speak the customer's language, the
 * least loaded by share of capacity, then the longest idle, then the first id; else the same among those who work with
 * translation; else the bot, when nobody of the queue is on duty (on shift and not logged out) or its own shift runs; else the
 * queue, with the time at which its next shift opens. Pure and deterministic; it reserves nothing.
 */
export function assign({ now, conversation, agents, bot }: AssignInput): Decision {
  const standings = agents.map((agent) => standingOf(agent, conversation, now));
  const considered: Considered[] = standings.map(({ agent, eligible, why }) => ({
    id: agent.id,
    name: agent.name,
    eligible,
    why,
  }));
  const chosen = previousAgent(standings, { now, conversation, agents, bot }) ?? best(standings);
  if (chosen !== undefined)
    return { to: { kind: 'agent', id: chosen.standing.agent.id }, reason: chosen.reason, considered };

  const team = standings.filter(({ inQueue }) => inQueue);
  const onDuty = team.filter(({ agent, shift }) => shift.on && agent.presence !== 'offline');
  const botVerdict = botStanding({ now, conversation, agents, bot }, onDuty.length);
  considered.push({ id: bot.id, name: bot.name, ...botVerdict });
  const opensAt = team.some(({ shift }) => shift.on) ? undefined : earliest(team.map(({ shift }) => shift.next));
  const opening = opensAt === undefined ? '' : ` The next shift begins at ${sayInstant(opensAt)}.`;
  if (botVerdict.eligible)
    return { to: { kind: 'bot', id: bot.id }, reason: `${botVerdict.why}${opening}`, considered };
  const why = waitReason(team, onDuty);
  return {
    to: { kind: 'queue', id: conversation.queueId, ...(opensAt === undefined ? {} : { opensAt }) },
    reason: `${why.charAt(0).toUpperCase()}${why.slice(1)}${opening}`,
    considered,
  };
}

interface Choice {
  standing: Standing;
  reason: string;
}

function previousAgent(standings: readonly Standing[], { now, conversation }: AssignInput): Choice | undefined {
  const { previousAgentId, previousAgentAt = now } = conversation;
  if (previousAgentId === undefined || now - previousAgentAt > STICKY_MS) return undefined;
  const standing = standings.find(({ agent, eligible }) => eligible && agent.id === previousAgentId);
  return (
    standing && { standing, reason: `${standing.agent.name} knows this customer from the last 72 hours and has room.` }
  );
}

function best(standings: readonly Standing[]): Choice | undefined {
  const eligible = standings.filter((s) => s.eligible).sort(better);
  const standing = eligible[0];
  if (standing === undefined) return undefined;
  const { agent, ring } = standing;
  const rivals = eligible.filter((s) => s.ring === ring).length - 1;
  const language =
    ring === 1
      ? 'who speaks the customer’s language'
      : 'with translation, as nobody free speaks the customer’s language';
  const load = `${agent.slotsUsed} of ${agent.capacity} taken`;
  const reason =
    rivals === 0
      ? `${agent.name} is the only one free ${language} (${load}).`
      : `${agent.name} is the least loaded, longest idle of ${rivals + 1} free ${language} (${load}).`;
  return { standing, reason };
}

function better(a: Standing, b: Standing): number {
  return (
    a.ring - b.ring ||
    a.agent.slotsUsed / a.agent.capacity - b.agent.slotsUsed / b.agent.capacity ||
    (a.agent.idleSince ?? 0) - (b.agent.idleSince ?? 0) ||
    (a.agent.id < b.agent.id ? -1 : 1)
  );
}

function botStanding(
  { now, conversation, bot }: AssignInput,
  peopleOnDuty: number,
): { eligible: boolean; why: string } {
  if (!bot.enabled) return { eligible: false, why: 'The bot is switched off.' };
  if (!conversation.botAllowed)
    return { eligible: false, why: 'The customer asked for a person, so the bot is not offered.' };
  if (peopleOnDuty === 0) return { eligible: true, why: `Nobody of the queue is on duty, so ${bot.name} answers.` };
  if (bot.shifts.length === 0) {
    return { eligible: false, why: `The bot steps in when nobody is on duty; now ${peopleOnDuty} of the queue are.` };
  }
  if (!onShift(bot.shifts, now).on) return { eligible: false, why: 'The bot is off shift.' };
  return { eligible: true, why: `Nobody is free and ${bot.name} is on shift, so it answers.` };
}

function waitReason(team: readonly Standing[], onDuty: readonly Standing[]): string {
  if (team.length === 0) return 'no agent works in it.';
  if (onDuty.length === 0) return 'nobody is on duty.';
  const full = onDuty.filter(({ agent }) => agent.presence === 'online').length;
  const away = onDuty.length - full;
  const says = [full > 0 ? `${full} at capacity` : '', away > 0 ? `${away} away` : '']
    .filter((s) => s !== '')
    .join(', ');
  return `all on duty are taken (${says}).`;
}

function earliest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
