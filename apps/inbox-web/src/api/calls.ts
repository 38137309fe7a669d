import { request } from './request.ts';
import type {
  Accepted,
  AgentView,
  Changes,
  ConversationDetail,
  ConversationPage,
  DraftView,
  Me,
  Presence,
  PreviewRequest,
  PreviewView,
  QueueView,
  SendRequest,
  TemplateView,
  TimelinePage,
  View,
  WhyView,
} from './types.ts';

const of = (id: string, rest = ''): string => `/api/conversations/${encodeURIComponent(id)}${rest}`;
export const query = (values: Record<string, string | number | undefined>): string => {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(values))
    if (value !== undefined && value !== '') params.set(name, String(value));
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
};

/** A new command id: the same one sent again is the same command. */
export const newCommandId = (): string => crypto.randomUUID();

export type AssignTarget = { kind: 'agent' | 'bot' | 'queue'; id: string };

/** Every route the page uses, typed by the contract. */
export const api = {
  logIn: (email: string, password: string) => request<Me>('POST', '/api/session', { email, password }),
  me: (signal?: AbortSignal) => request<Me>('GET', '/api/session', undefined, signal),
  logOut: () => request<void>('DELETE', '/api/session'),
  setPresence: (presence: Presence) => request<Me | undefined>('PUT', '/api/me/presence', { presence }),
  agents: (signal?: AbortSignal) => request<unknown>('GET', '/api/agents', undefined, signal).then(listOf<AgentView>),
  queues: (signal?: AbortSignal) => request<unknown>('GET', '/api/queues', undefined, signal).then(listOf<QueueView>),
  conversations: (view: View, q: string, after?: string, signal?: AbortSignal) =>
    request<ConversationPage>('GET', `/api/conversations${query({ view, q, after, limit: 50 })}`, undefined, signal),
  changes: (since: number, signal?: AbortSignal) =>
    request<Changes>('GET', `/api/changes${query({ since })}`, undefined, signal),
  conversation: (id: string, signal?: AbortSignal) => request<ConversationDetail>('GET', of(id), undefined, signal),
  timeline: (id: string, after?: string, signal?: AbortSignal) =>
    request<TimelinePage>('GET', of(id, `/timeline${query({ after, limit: 100 })}`), undefined, signal),
  templates: (id: string, q: string, signal?: AbortSignal) =>
    request<unknown>('GET', of(id, `/templates${query({ q })}`), undefined, signal).then(listOf<TemplateView>),
  saveDraft: (id: string, draft: DraftView) => request<void>('PUT', of(id, '/draft'), draft),
  preview: (id: string, body: PreviewRequest, signal?: AbortSignal) =>
    request<PreviewView>('POST', of(id, '/preview'), body, signal),
  send: (id: string, body: SendRequest) => request<Accepted>('POST', of(id, '/messages'), body),
  note: (id: string, commandId: string, text: string) =>
    request<Accepted>('POST', of(id, '/notes'), { commandId, text }),
  assign: (id: string, to: AssignTarget) =>
    request<Accepted>('POST', of(id, '/assign'), { commandId: newCommandId(), to }),
  act: (id: string, what: 'take' | 'close' | 'reopen' | 'read') =>
    request<Accepted>('POST', of(id, `/${what}`), { commandId: newCommandId() }),
  snooze: (id: string, until: number) =>
    request<Accepted>('POST', of(id, '/snooze'), { commandId: newCommandId(), until }),
  pinLanguage: (id: string, lang: string | null) =>
    request<Accepted>('POST', of(id, '/language'), { commandId: newCommandId(), lang }),
  resend: (messageId: string) =>
    request<Accepted>('POST', `/api/messages/${encodeURIComponent(messageId)}/resend`, { commandId: newCommandId() }),
  /** The message's delivery is unknown, and the reader knows better. */
  arrived: (messageId: string, attempt: number) =>
    request<Accepted>('POST', `/api/messages/${encodeURIComponent(messageId)}/resolve`, {
      commandId: newCommandId(),
      attempt,
      outcome: 'sent',
    }),
  recall: (messageId: string) =>
    request<Accepted>('POST', `/api/messages/${encodeURIComponent(messageId)}/recall`, { commandId: newCommandId() }),
  why: (messageId: string, signal?: AbortSignal) =>
    request<WhyView>('GET', `/api/messages/${encodeURIComponent(messageId)}/why`, undefined, signal),
};

/** The contract names no envelope for plain lists: a bare array and `{ items }` are both understood. */
function listOf<T>(answer: unknown): T[] {
  if (Array.isArray(answer)) return answer as T[];
  const items = (answer as { items?: unknown } | undefined)?.items;
  return Array.isArray(items) ? (items as T[]) : [];
}
