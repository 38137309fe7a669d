import type { ConversationKey, FeedEvent, MessageId, OutboundCommand } from '#libs/contracts';
import type { ContactDoc, DeliveryStatus, MessageDoc, TimerDoc, TraceStep } from '#libs/store';

/** A change of one timeline entry after it was written. Applying it twice is the same as once. */
export type MessageChange =
  | {
      change: 'status';
      status: DeliveryStatus;
      attempt?: number;
      providerMessageId?: string;
      failure?: MessageDoc['failure'];
      step: TraceStep;
    }
  | { change: 'edit'; at: number; eventId: string; parts: MessageDoc['parts']; text: string; tokens: string[] }
  | { change: 'delete'; at: number }
  | { change: 'react'; at: number; by: string; emoji: string[] };

/** What a decision wants done. Stored in the conversation's `pending[]` with the decision, performed after the commit. */
export type Effect =
  | { kind: 'entry'; doc: Omit<MessageDoc, 'version'> }
  /** `version`: of the conversation by which it was decided; the entry remembers the newest that was applied. */
  | { kind: 'patch'; messageId: MessageId; change: MessageChange; version?: number }
  | { kind: 'seen'; ids: string[]; at: number }
  /** `base`: version of the contact that the decision saw, 0 = none; another one since is newer and stays. */
  | { kind: 'contact'; doc: Omit<ContactDoc, 'version'>; base?: number }
  | { kind: 'orphan'; id: string; ref: string; event: Record<string, unknown>; at: number }
  | { kind: 'adopt'; refs: string[]; channel: string }
  | {
      kind: 'operator-item';
      id: string;
      item: 'unparsed' | 'effect' | 'orphan';
      reason: string;
      data: unknown;
      at: number;
    }
  | { kind: 'timer'; doc: Omit<TimerDoc, 'version'> }
  | { kind: 'untimer'; id: string }
  | { kind: 'slot'; op: 'take' | 'release'; agentId: string; reservation: string; at: number }
  | { kind: 'route'; request: RouteRequest }
  | { kind: 'outbound'; command: OutboundCommand }
  | { kind: 'feed'; event: FeedEvent };

/** A question to the router: who should answer this conversation? */
export interface RouteRequest {
  id: string;
  key: ConversationKey;
  conversationId: string;
  lang: string;
  channel: string;
  region: { country?: string; groups: string[] };
  topics: string[];
  queueId?: string;
  previousAgentId?: string;
  botAllowed: boolean;
  reason: string;
  at: number;
}

/** An effect above this size is refused for good and set aside visibly (bytes of JSON). */
export const MAX_EFFECT_BYTES = 256 * 1024;
