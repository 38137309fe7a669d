import {
  accepted,
  actRequest,
  agentView,
  assignRequest,
  changesView,
  closeRequest,
  conversationDetail,
  conversationPage,
  draftRequest,
  engineView,
  languageRequest,
  logIn,
  me,
  noteRequest,
  presenceRequest,
  previewRequest,
  previewView,
  queueView,
  sendRequest,
  snoozeRequest,
  templateView,
  timelinePage,
  view,
  whyView,
} from '#libs/contracts';
import { z } from 'zod';
import type { Access } from './access.ts';

export interface RouteSpec {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  access: Access;
  summary: string;
  /** Of success; default 200. */
  status?: number;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodObject;
  answer?: z.ZodType;
}

const id = z.strictObject({ id: z.string().min(1).max(100) });
const number = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, `expected a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.number().min(min).max(max));
const cursor = z.string().min(1).max(4000).optional();
const q = z.string().max(200).optional();

const reads: Access = { needs: 'conversations.read' };
const writes: Access = { needs: 'conversations.write' };
const self: Access = { needs: 'self' };

const act = <B extends z.ZodObject>(what: string, summary: string, body: B) => ({
  method: 'POST' as const,
  path: `/api/conversations/:id/${what}`,
  access: writes,
  status: 202,
  params: id,
  summary,
  body,
  answer: accepted,
});
const onMessage = (what: string, summary: string) => ({
  method: 'POST' as const,
  path: `/api/messages/:id/${what}`,
  access: writes,
  status: 202,
  params: id,
  summary,
  body: actRequest,
  answer: accepted,
});

/** Every HTTP route of the inbox, once: the controllers, the guard, the validation and the OpenAPI document read it here. */
export const ROUTES = {
  logIn: { method: 'POST', path: '/api/session', access: { public: true }, summary: 'Log in', body: logIn, answer: me },
  me: { method: 'GET', path: '/api/session', access: self, summary: 'Who is logged in', answer: me },
  logOut: { method: 'DELETE', path: '/api/session', access: self, summary: 'Log out', status: 204 },
  setPresence: {
    method: 'PUT',
    path: '/api/me/presence',
    access: self,
    summary: 'Say whether you are at work',
    body: presenceRequest,
    answer: me,
  },
  agents: {
    method: 'GET',
    path: '/api/agents',
    access: reads,
    summary: 'The roster, the bot included',
    answer: z.array(agentView),
  },
  queues: {
    method: 'GET',
    path: '/api/queues',
    access: reads,
    summary: 'Queues and how many wait there',
    answer: z.array(queueView),
  },
  engines: {
    method: 'GET',
    path: '/api/engines',
    access: { needs: 'operations.read' },
    summary: 'State of the translation engines',
    answer: z.array(engineView),
  },
  conversations: {
    method: 'GET',
    path: '/api/conversations',
    access: reads,
    summary: 'Conversations of a view, or found in it',
    query: z.strictObject({ view: view.default('mine'), q, after: cursor, limit: number(1, 200).optional() }),
    answer: conversationPage,
  },
  changes: {
    method: 'GET',
    path: '/api/changes',
    access: reads,
    summary: 'Conversations changed since a moment; ask again with `at` while `more`',
    query: z.strictObject({ since: number(0, Number.MAX_SAFE_INTEGER) }),
    answer: changesView,
  },
  conversation: {
    method: 'GET',
    path: '/api/conversations/:id',
    access: reads,
    summary: 'One conversation',
    params: id,
    answer: conversationDetail,
  },
  timeline: {
    method: 'GET',
    path: '/api/conversations/:id/timeline',
    access: reads,
    summary: 'Messages, notes and events, newest first',
    params: id,
    query: z.strictObject({ after: cursor, limit: number(1, 200).optional() }),
    answer: timelinePage,
  },
  templates: {
    method: 'GET',
    path: '/api/conversations/:id/templates',
    access: reads,
    summary: 'Templates that fit, or that a search finds',
    params: id,
    query: z.strictObject({ q }),
    answer: z.array(templateView),
  },
  saveDraft: {
    method: 'PUT',
    path: '/api/conversations/:id/draft',
    access: writes,
    summary: 'Keep unsent words',
    status: 204,
    params: id,
    body: draftRequest,
  },
  preview: {
    method: 'POST',
    path: '/api/conversations/:id/preview',
    access: writes,
    summary: 'What the customer would read, and what the rules say',
    params: id,
    body: previewRequest,
    answer: previewView,
  },
  send: act('messages', 'Answer the customer', sendRequest),
  note: act('notes', 'A note among colleagues', noteRequest),
  assign: act('assign', 'Hand to an agent, the bot or a queue', assignRequest),
  take: act('take', 'Take the conversation', actRequest),
  close: act('close', 'Close the case', closeRequest),
  reopen: act('reopen', 'Reopen the case', actRequest),
  snooze: act('snooze', 'Put aside until a moment', snoozeRequest),
  language: act('language', 'Pin or unpin the customer language', languageRequest),
  read: act('read', 'Mark as read', actRequest),
  resend: onMessage('resend', 'Send a failed message again'),
  recall: onMessage('recall', 'Take back a waiting message'),
  why: {
    method: 'GET',
    path: '/api/messages/:id/why',
    access: reads,
    summary: 'How a message came to be as it is',
    params: id,
    answer: whyView,
  },
  openapi: {
    method: 'GET',
    path: '/api/openapi.json',
    access: { public: true },
    summary: 'This document',
    answer: z.looseObject({ openapi: z.string() }),
  },
} as const satisfies Record<string, RouteSpec>;

export type RouteName = keyof typeof ROUTES;
type Table = typeof ROUTES;
type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;

/** What a handler gets: checked, and nothing that was not declared. */
export interface InputOf<N extends RouteName> {
  params: Parsed<Table[N] extends { params: infer S } ? S : undefined>;
  query: Parsed<Table[N] extends { query: infer S } ? S : undefined>;
  body: Parsed<Table[N] extends { body: infer S } ? S : undefined>;
}
