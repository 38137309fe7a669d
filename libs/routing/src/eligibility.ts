import { sameLanguage } from './choose-queue.ts';
import { onShift } from './on-shift.ts';
import type { AgentState, RouteRequest, ShiftState } from './types.ts';

/** How an agent stands to a conversation. Ring 1 speaks the customer's language, ring 2 works with translation. */
export interface Standing {
  agent: AgentState;
  shift: ShiftState;
  inQueue: boolean;
  eligible: boolean;
  ring: 1 | 2;
  /** A sentence that a team lead understands. */
  why: string;
}

/** Weighs one agent: in the queue, on shift, online, room for one more; then the language. */
export function standingOf(agent: AgentState, conversation: RouteRequest, now: number): Standing {
  const shift = onShift(agent.shifts, now);
  const inQueue = agent.queues.includes(conversation.queueId);
  const { lang } = conversation;
  const known = lang !== undefined && lang !== '' && lang !== 'und';
  const speaks = !known || agent.languages.some((own) => sameLanguage(own, lang));
  const obstacle = obstacleOf(agent, shift, inQueue, conversation.queueId);
  const skill = !known
    ? 'the customer’s language is not known yet'
    : speaks
      ? `speaks ${lang}`
      : `does not speak ${lang}, works with translation`;
  return {
    agent,
    shift,
    inQueue,
    eligible: obstacle === undefined,
    ring: speaks ? 1 : 2,
    why: obstacle ?? `On shift, online, ${agent.slotsUsed} of ${agent.capacity} conversations taken; ${skill}.`,
  };
}

function obstacleOf(agent: AgentState, shift: ShiftState, inQueue: boolean, queueId: string): string | undefined {
  if (!inQueue) return `Does not work in the queue ${queueId}.`;
  if (!shift.on) {
    if (agent.shifts.length === 0) return 'Has no shifts in the roster.';
    return shift.next === undefined ? 'Off shift.' : `Off shift until ${sayInstant(shift.next)}.`;
  }
  if (agent.presence === 'away') return 'On shift, but away.';
  if (agent.presence === 'offline') return 'On shift, but not logged in.';
  if (agent.slotsUsed >= agent.capacity) return `At capacity: ${agent.slotsUsed} of ${agent.capacity} conversations.`;
  return undefined;
}

/** `2026-03-29 06:00 UTC`: reasons are stored and read in many zones. */
export const sayInstant = (instant: number): string =>
  `${new Date(instant).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
