/** The contract's types only: no schema, and so no zod, reaches the bundle. */
export type {
  AgentView,
  ApiError,
  ClockView,
  ConversationDetail,
  ConversationRow,
  FindingView,
  Me,
  PreviewRequest,
  PreviewView,
  PushMessage,
  QueueView,
  SendRequest,
  TemplateView,
  TimelineEntry,
  TranslationView,
  View,
  WhyView,
} from '../../../../libs/contracts/src/api.ts';
import type { ConversationRow, Me, TimelineEntry } from '../../../../libs/contracts/src/api.ts';

export type Presence = Me['presence'];
export type OwnerView = ConversationRow['owner'];
export type PartView = TimelineEntry['parts'][number];
export interface ConversationPage {
  items: ConversationRow[];
  next?: string | undefined;
}
export interface TimelinePage {
  items: TimelineEntry[];
  next?: string | undefined;
}
export interface Changes {
  at: number;
  items: ConversationRow[];
  more: boolean;
}
export interface Accepted {
  commandId: string;
  messageId?: string | undefined;
}
export interface DraftView {
  text: string;
  mode: 'reply' | 'note';
}
