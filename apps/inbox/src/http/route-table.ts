import {
  accepted,
  actRequest,
  agentView,
  assignRequest,
  auditPage,
  changesView,
  closeRequest,
  conversationDetail,
  conversationPage,
  deadLetterDetail,
  deadLetterPage,
  deadLetterState,
  discarded,
  discardRequest,
  draftRequest,
  engineView,
  groupLag,
  languageRequest,
  logIn,
  me,
  noteRequest,
  parkedName,
  parkedPage,
  parkedRecord,
  presenceRequest,
  previewRequest,
  previewView,
  queueView,
  releaseAsked,
  replayReport,
  replayRequest,
  resolveRequest,
  sendRequest,
  snoozeRequest,
  templateView,
  timelinePage,
  unknownDelivery,
  unknownPage,
  unknownResendRequest,
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
const limit = number(1, 200).optional();
const moment = number(0, Number.MAX_SAFE_INTEGER).optional();
const q = z.string().max(200).optional();

const reads: Access = { needs: 'conversations.read' };
const writes: Access = { needs: 'conversations.write' };
const operates: Access = { needs: 'operations.read' };
const repairs: Access = { needs: 'operations.act' };
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
    access: { needs: 'engines.read' },
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
  resolve: {
    ...onMessage('resolve', 'Say what became of a message whose delivery is unknown'),
    body: resolveRequest,
  },
  recall: onMessage('recall', 'Take back a waiting message'),
  why: {
    method: 'GET',
    path: '/api/messages/:id/why',
    access: reads,
    summary: 'How a message came to be as it is',
    params: id,
    answer: whyView,
  },
  lag: {
    method: 'GET',
    path: '/api/operations/lag',
    access: operates,
    summary: 'How far each consumer group is behind',
    answer: z.array(groupLag),
  },
  deadLetters: {
    method: 'GET',
    path: '/api/operations/dead-letters',
    access: operates,
    summary: 'Records that no consumer could process, newest first',
    query: z.strictObject({
      state: deadLetterState.optional(),
      topic: z.string().min(1).max(250).optional(),
      group: z.string().min(1).max(250).optional(),
      reason: z.string().min(1).max(200).optional(),
      since: moment,
      until: moment,
      after: cursor,
      limit,
    }),
    answer: deadLetterPage,
  },
  deadLetter: {
    method: 'GET',
    path: '/api/operations/dead-letters/:id',
    access: operates,
    summary: 'One dead letter with its original bytes and headers',
    params: id,
    answer: deadLetterDetail,
  },
  replay: {
    method: 'POST',
    path: '/api/operations/dead-letters/replay',
    access: repairs,
    summary: 'Publish dead letters to their topic again, or count what would be',
    body: replayRequest,
    answer: replayReport,
  },
  discard: {
    method: 'POST',
    path: '/api/operations/dead-letters/discard',
    access: repairs,
    summary: 'Mark dead letters as not to be replayed',
    body: discardRequest,
    answer: discarded,
  },
  parked: {
    method: 'GET',
    path: '/api/operations/parked',
    access: operates,
    summary: 'Keys whose records wait behind one that failed',
    query: z.strictObject({ after: cursor, limit }),
    answer: parkedPage,
  },
  parkedRecords: {
    method: 'GET',
    path: '/api/operations/parked/records',
    access: operates,
    summary: 'The records of one parked key, in order',
    query: parkedName,
    answer: z.array(parkedRecord),
  },
  release: {
    method: 'POST',
    path: '/api/operations/parked/release',
    access: repairs,
    status: 202,
    summary: 'Ask the consumer of a parked key to process its records again, in order',
    body: parkedName,
    answer: releaseAsked,
  },
  unknownDeliveries: {
    method: 'GET',
    path: '/api/operations/unknown',
    access: operates,
    summary: 'Messages that left and may or may not have arrived, newest first',
    query: z.strictObject({ after: cursor, limit }),
    answer: unknownPage,
  },
  unknownDelivery: {
    method: 'GET',
    path: '/api/operations/unknown/:id',
    access: operates,
    summary: 'One of them, by message id; 404 when its outcome is known',
    params: id,
    answer: unknownDelivery,
  },
  resolveUnknown: {
    method: 'POST',
    path: '/api/operations/unknown/:id/resolve',
    access: repairs,
    status: 202,
    summary: 'Say that it arrived, or that it did not',
    params: id,
    body: resolveRequest,
    answer: accepted,
  },
  resendUnknown: {
    method: 'POST',
    path: '/api/operations/unknown/:id/resend',
    access: repairs,
    status: 202,
    summary: 'Send it again as a new attempt',
    params: id,
    body: unknownResendRequest,
    answer: accepted,
  },
  audit: {
    method: 'GET',
    path: '/api/operations/audit',
    access: operates,
    summary: 'What operators did, newest first',
    query: z.strictObject({ after: cursor, limit }),
    answer: auditPage,
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
