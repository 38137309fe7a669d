import type { AgentConfig, SeawayConfig } from '#libs/platform';

/** Half-open: [start, end), epoch milliseconds. */
export interface Interval {
  start: number;
  end: number;
}

export interface ShiftState {
  on: boolean;
  /** When on: end of this stretch of duty, back-to-back shifts taken together. */
  until?: number;
  /** When off: the next beginning; absent when there is none within eight days. */
  next?: number;
}

/** An agent as the router sees one: roster entry, presence and load at this moment. */
export type AgentState = Pick<AgentConfig, 'id' | 'name' | 'languages' | 'queues' | 'capacity' | 'shifts'> & {
  presence: 'online' | 'away' | 'offline';
  slotsUsed: number;
  /** Since when the agent has had nothing new; absent = longest of all. */
  idleSince?: number | undefined;
};

export type BotState = SeawayConfig['bot'];

export interface RouteRequest {
  /** Customer's language, BCP 47; absent or `und` = not known, everybody will do. */
  lang?: string | undefined;
  region: { country?: string | undefined; groups: readonly string[] };
  channel: string;
  queueId: string;
  topics: readonly string[];
  previousAgentId?: string | undefined;
  /** When that agent last had the conversation; absent = recently. */
  previousAgentAt?: number | undefined;
  /** False once the customer asked for a person. */
  botAllowed: boolean;
}

export interface AssignInput {
  now: number;
  conversation: RouteRequest;
  agents: readonly AgentState[];
  bot: BotState;
}

export interface Considered {
  id: string;
  name: string;
  eligible: boolean;
  why: string;
}

export interface Decision {
  to: { kind: 'agent'; id: string } | { kind: 'bot'; id: string } | { kind: 'queue'; id: string; opensAt?: number };
  reason: string;
  considered: Considered[];
}
