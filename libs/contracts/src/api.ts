import { z } from 'zod';
import { owner } from './commands.ts';
import { actor } from './envelope.ts';
import { languageGuess } from './feed.ts';
import { part } from './parts.ts';

/**
 * The HTTP and push API of the inbox: what the page, and anyone else, may rely on. All times are epoch milliseconds, all
 * languages BCP 47. Errors have one shape on every route (`apiError`).
 */
export const apiError = z.object({
  error: z.object({
    /** Stable word for programs: `invalid`, `unauthenticated`, `forbidden`, `not_found`, `blocked`, `conflict`, `unavailable`, `throttled`. */
    code: z.string(),
    /** One sentence for a person: what is wrong and what to do. */
    message: z.string(),
    /** For `invalid`: the fields, by path. */
    fields: z.array(z.object({ path: z.string(), expected: z.string() })).optional(),
    /** For `blocked`: what the rules found. */
    findings: z.array(z.lazy(() => finding)).optional(),
  }),
});
export type ApiError = z.infer<typeof apiError>;

/** What a rule found in a text that is about to be sent. */
export const finding = z.object({
  ruleId: z.string(),
  ruleName: z.string(),
  version: z.number(),
  severity: z.enum(['info', 'warn', 'block']),
  effect: z.string(),
  message: z.string(),
  legalRef: z.string(),
  /** UTF-16 offsets in the final text. */
  spans: z.array(z.object({ start: z.number(), end: z.number() })),
  fix: z.object({ kind: z.enum(['append', 'replace']), text: z.string() }).optional(),
});
export type FindingView = z.infer<typeof finding>;

export const presence = z.enum(['online', 'away', 'offline']);

export const me = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: z.enum(['agent', 'lead', 'admin']),
  /** The first is what inbound text is translated into. */
  languages: z.array(z.string()),
  zone: z.string(),
  presence,
  shift: z.object({ on: z.boolean(), until: z.number().optional(), next: z.number().optional() }),
  /** Sent back in the `x-csrf-token` header on every request that changes something. */
  csrf: z.string(),
});
export type Me = z.infer<typeof me>;

export const logIn = z.strictObject({ email: z.string().max(254), password: z.string().max(200) });

export const view = z.enum(['mine', 'waiting', 'bot', 'all', 'closed', 'deadline']);
export type View = z.infer<typeof view>;

export const clockView = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['statutory', 'first-response', 'snooze']),
  startedAt: z.number(),
  dueAt: z.number(),
  state: z.enum(['running', 'met', 'breached']),
  steps: z.array(z.string()).default([]),
});
export type ClockView = z.infer<typeof clockView>;

export const conversationRow = z.object({
  id: z.string(),
  key: z.string(),
  version: z.number(),
  channel: z.string(),
  account: z.string(),
  contactName: z.string(),
  title: z.string().optional(),
  status: z.enum(['open', 'snoozed', 'closed']),
  owner,
  caseNumber: z.string(),
  /** Last words, in the reader's language where a translation exists. */
  preview: z.object({ text: z.string(), by: z.string(), at: z.number(), translated: z.boolean() }),
  language: languageGuess,
  region: z.object({
    country: z.string().optional(),
    groups: z.array(z.string()),
    evidence: z.string(),
    certain: z.boolean(),
  }),
  unread: z.number(),
  lastAt: z.number(),
  lastSeq: z.number(),
  /** The most urgent one. */
  clock: clockView.optional(),
});
export type ConversationRow = z.infer<typeof conversationRow>;

export const conversationPage = z.object({ items: z.array(conversationRow), next: z.string().optional() });

export const conversationDetail = conversationRow.extend({
  contact: z.object({
    id: z.string(),
    name: z.string(),
    kind: z.string(),
    username: z.string().optional(),
    locale: z.string().optional(),
    phone: z.string().optional(),
    country: z.string().optional(),
    firstSeenAt: z.number(),
    externalIds: z.array(z.object({ channel: z.string(), account: z.string(), externalId: z.string() })),
  }),
  ownerSince: z.number(),
  ownerReason: z.string(),
  queueId: z.string().optional(),
  intents: z.array(z.string()),
  concepts: z.array(z.string()),
  languagePinned: z.boolean(),
  clocks: z.array(clockView),
  case: z.object({
    number: z.string(),
    openedAt: z.number(),
    firstResponseAt: z.number().optional(),
    closedAt: z.number().optional(),
  }),
  /** What the channel can do now: the composer offers nothing else and says why. */
  composer: z.object({
    canSend: z.boolean(),
    why: z.string().optional(),
    windowEndsAt: z.number().optional(),
    textLimit: z.number(),
    buttons: z.number(),
  }),
  /** The customer's wall clock, when the region is known well enough. */
  customerZone: z.string().optional(),
  draft: z.object({ text: z.string(), mode: z.enum(['reply', 'note']) }).optional(),
});
export type ConversationDetail = z.infer<typeof conversationDetail>;

export const translationView = z.object({
  lang: z.string(),
  text: z.string(),
  engine: z.string(),
  confidence: z.number(),
  flags: z.array(z.string()),
  terms: z.array(z.object({ concept: z.string(), src: z.string(), tgt: z.string() })),
});
export type TranslationView = z.infer<typeof translationView>;

export const timelineEntry = z.object({
  id: z.string(),
  kind: z.enum(['message', 'note', 'event']),
  direction: z.enum(['in', 'out', 'internal']),
  by: actor,
  seq: z.number(),
  position: z.number(),
  late: z.boolean(),
  caseNumber: z.string(),
  parts: z.array(part),
  /** The words as they travelled: the customer's own, or what the customer reads. */
  text: z.string(),
  lang: z.string().optional(),
  mixedWith: z.array(z.string()).optional(),
  langConfidence: z.number().optional(),
  intents: z.array(z.string()).optional(),
  concepts: z.array(z.string()).optional(),
  /** In the reader's language: a translation, or what the author wrote before it was translated. */
  translation: translationView.optional(),
  status: z
    .enum(['queued', 'released', 'sent', 'delivered', 'read', 'failed', 'unknown', 'held', 'recalled'])
    .optional(),
  /** Of sending: counts up with every "send again". */
  attempt: z.number().optional(),
  failure: z.object({ kind: z.string(), reason: z.string(), code: z.string().optional() }).optional(),
  event: z.object({ what: z.string(), says: z.string(), data: z.unknown().optional() }).optional(),
  edited: z.boolean().default(false),
  deleted: z.boolean().default(false),
  reactions: z.array(z.object({ by: z.string(), emoji: z.array(z.string()) })).default([]),
  at: z.number(),
  providerTime: z.number().optional(),
});
export type TimelineEntry = z.infer<typeof timelineEntry>;

/** Newest first; `next` leads to older ones. */
export const timelinePage = z.object({ items: z.array(timelineEntry), next: z.string().optional() });

/** What the composer asks before sending, as often as the agent pauses typing. */
export const previewRequest = z.strictObject({
  text: z.string().max(20_000),
  /** The customer's text, when the agent edited the translation or the text is in the customer's language already. */
  final: z.string().max(20_000).optional(),
  templateId: z.string().max(200).optional(),
  slots: z.record(z.string().max(100), z.string().max(2000)).optional(),
});
export type PreviewRequest = z.infer<typeof previewRequest>;

export const previewView = z.object({
  /** What the customer will read; absent when no engine can translate it. */
  final: z.string().optional(),
  lang: z.string(),
  engine: z.string().optional(),
  confidence: z.number().optional(),
  flags: z.array(z.string()),
  unavailable: z.string().optional(),
  decision: z.enum(['release', 'warn', 'block', 'hold']),
  findings: z.array(finding),
  length: z.object({ used: z.number(), limit: z.number(), unit: z.string(), pieces: z.number() }),
});
export type PreviewView = z.infer<typeof previewView>;

export const sendRequest = previewRequest.extend({
  /** Made by the client; the same one again is the same message. */
  commandId: z.string().min(8).max(100),
  /** What the reader had seen; refused with `conflict` when the customer or a colleague wrote since. */
  ifSeq: z.number().int().optional(),
  /** For findings of severity `warn`. */
  override: z.strictObject({ reason: z.string().min(3).max(500) }).optional(),
});
export type SendRequest = z.infer<typeof sendRequest>;
export const accepted = z.object({ commandId: z.string(), messageId: z.string().optional() });

export const noteRequest = z.strictObject({
  commandId: z.string().min(8).max(100),
  text: z.string().min(1).max(20_000),
});
export const assignRequest = z.strictObject({
  commandId: z.string().min(8).max(100),
  to: z.strictObject({ kind: z.enum(['agent', 'bot', 'queue']), id: z.string().max(100) }),
});
export const closeRequest = z.strictObject({
  commandId: z.string().min(8).max(100),
  reason: z.string().max(500).optional(),
});
export const actRequest = z.strictObject({ commandId: z.string().min(8).max(100) });
/** What became of a message whose delivery is `unknown`; `attempt` as the reader saw it. */
export const resolveRequest = z.strictObject({
  commandId: z.string().min(8).max(100),
  attempt: z.number().int().nonnegative(),
  outcome: z.enum(['sent', 'failed']),
  note: z.string().max(500).optional(),
});
export const snoozeRequest = z.strictObject({
  commandId: z.string().min(8).max(100),
  until: z.number().int().positive(),
});
export const languageRequest = z.strictObject({
  commandId: z.string().min(8).max(100),
  lang: z.string().max(20).nullable(),
});
export const draftRequest = z.strictObject({ text: z.string().max(20_000), mode: z.enum(['reply', 'note']) });
export const presenceRequest = z.strictObject({ presence });

export const templateView = z.object({
  id: z.string(),
  title: z.string(),
  /** In the agent's language, so that they know what it says. */
  agentText: z.string(),
  /** In the customer's. */
  customerText: z.string(),
  lang: z.string(),
  slots: z.array(z.string()),
  matched: z.array(z.string()),
  score: z.number(),
});
export type TemplateView = z.infer<typeof templateView>;

export const whyView = z.object({
  messageId: z.string(),
  steps: z.array(
    z.object({
      step: z.string(),
      at: z.number(),
      ms: z.number().optional(),
      says: z.string(),
      data: z.unknown().optional(),
    }),
  ),
});
export type WhyView = z.infer<typeof whyView>;

export const agentView = z.object({
  id: z.string(),
  name: z.string(),
  role: z.string(),
  kind: z.enum(['agent', 'bot']),
  languages: z.array(z.string()),
  queues: z.array(z.string()),
  zone: z.string(),
  presence,
  shift: z.object({ on: z.boolean(), until: z.number().optional(), next: z.number().optional() }),
  load: z.number(),
  capacity: z.number(),
});
export type AgentView = z.infer<typeof agentView>;

export const queueView = z.object({
  id: z.string(),
  name: z.string(),
  regions: z.array(z.string()),
  languages: z.array(z.string()),
  waiting: z.number(),
});
export type QueueView = z.infer<typeof queueView>;

export const engineView = z.object({
  name: z.string(),
  state: z.enum(['up', 'down']),
  since: z.number(),
  detail: z.string().optional(),
});
export type EngineView = z.infer<typeof engineView>;

/** Conversations changed since a moment: how a client catches up after it was away. */
export const changesView = z.object({ at: z.number(), items: z.array(conversationRow), more: z.boolean() });

/** Server → page over the WebSocket at `/api/push`. The store is the truth; a push only says where to look. */
export const pushMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), at: z.number() }),
  z.object({
    type: z.literal('changed'),
    at: z.number(),
    conversationId: z.string(),
    version: z.number(),
    /** Feed event types, e.g. `message.received`. */
    what: z.array(z.string()),
    messageIds: z.array(z.string()),
    /** The list row as it is now, in the reader's language. */
    row: conversationRow,
  }),
  z.object({
    type: z.literal('refused'),
    at: z.number(),
    conversationId: z.string(),
    commandId: z.string(),
    command: z.string(),
    reason: z.string(),
    draft: z.string().optional(),
    findings: z.array(finding).optional(),
  }),
  /** A colleague has the conversation open, or is typing in it. */
  z.object({
    type: z.literal('presence'),
    conversationId: z.string(),
    agentId: z.string(),
    name: z.string(),
    doing: z.enum(['viewing', 'typing', 'left']),
  }),
  z.object({ type: z.literal('closing'), reason: z.string() }),
]);
export type PushMessage = z.infer<typeof pushMessage>;

/** Page → server over the same socket. */
export const pushRequest = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('watch'),
    conversationId: z.string().max(100),
    doing: z.enum(['viewing', 'typing', 'left']),
  }),
  z.strictObject({ type: z.literal('ping') }),
]);

/**
 * Routes, so that server, page and OpenAPI document agree:
 * POST/GET/DELETE /api/session (logIn → me) · PUT /api/me/presence · GET /api/agents · GET /api/queues · GET /api/engines
 * GET /api/conversations?view&q&after&limit · GET /api/changes?since · GET /api/conversations/:id
 * GET /api/conversations/:id/timeline?after&limit · GET /api/conversations/:id/templates?q · PUT /api/conversations/:id/draft
 * POST /api/conversations/:id/{preview,messages,notes,assign,take,close,reopen,snooze,language,read}
 * POST /api/messages/:id/{resend,resolve,recall} · GET /api/messages/:id/why · GET /api/openapi.json · WebSocket /api/push
 */
export const API_VERSION = '1';
