import { z } from 'zod';
import { resolveRequest } from './api.ts';

/**
 * The operators' part of the inbox API: what went wrong on the bus and on the way to the providers, and what may be done
 * about it. Every change is in the audit log, by whom. Times are epoch milliseconds; `next` of a page is handed in as `after`.
 */
const pageOf = <S extends z.ZodType>(item: S) => z.object({ items: z.array(item), next: z.string().optional() });

export const groupLag = z.object({
  group: z.string(),
  topic: z.string(),
  partitions: z.number(),
  messages: z.number(),
  /** Age of the oldest record not yet processed, seconds. */
  seconds: z.number(),
});
export type GroupLagView = z.infer<typeof groupLag>;

export const deadLetterState = z.enum(['open', 'replayed', 'discarded']);

/** A record that no consumer could process. */
export const deadLetter = z.object({
  id: z.string(),
  topic: z.string(),
  partition: z.number(),
  offset: z.string(),
  group: z.string(),
  key: z.string(),
  reason: z.string(),
  at: z.number(),
  build: z.string(),
  bytes: z.number(),
  state: deadLetterState,
  stateBy: z.string().optional(),
  stateAt: z.number().optional(),
});
export type DeadLetterRow = z.infer<typeof deadLetter>;
export const deadLetterPage = pageOf(deadLetter);
export type DeadLetterPage = z.infer<typeof deadLetterPage>;
/** With the bytes as they were published, as text. */
export const deadLetterDetail = deadLetter.extend({ value: z.string(), headers: z.record(z.string(), z.string()) });
export type DeadLetterWhole = z.infer<typeof deadLetterDetail>;

/** Most dead letters that one request may name. */
export const MOST_IDS = 500;
const ids = z.array(z.string().min(1).max(600)).min(1).max(MOST_IDS);

/** Every condition given must hold; `reason` is a part of the reason. */
export const deadLetterFilter = z.strictObject({
  state: deadLetterState.optional(),
  topic: z.string().min(1).max(250).optional(),
  group: z.string().min(1).max(250).optional(),
  reason: z.string().min(1).max(200).optional(),
  since: z.number().int().nonnegative().optional(),
  until: z.number().int().nonnegative().optional(),
  ids: ids.optional(),
});
export type DeadLetterFilterView = z.infer<typeof deadLetterFilter>;

/** Seconds of replaying that one request may take; whoever wants more asks again with the next ids. */
export const LONGEST_REPLAY_S = 30;
export const replayRequest = z.strictObject({
  filter: deadLetterFilter,
  /** Count and show, change nothing. */
  dryRun: z.boolean(),
  perSecond: z.number().int().min(1).max(1000),
});
export type ReplayRequest = z.infer<typeof replayRequest>;
export const replayReport = z.object({
  matched: z.number(),
  replayed: z.number(),
  failed: z.number(),
  dryRun: z.boolean(),
  sample: z.array(deadLetter),
});
export type ReplayReportView = z.infer<typeof replayReport>;

export const discardRequest = z.strictObject({ ids, why: z.string().min(3).max(500) });
/** `discarded` is less than what was asked for when some were replayed or discarded before. */
export const discarded = z.object({ discarded: z.number() });

/** A key whose records wait in order behind one that a consumer could not process. */
export const parkedKey = z.object({
  group: z.string(),
  key: z.string(),
  topic: z.string(),
  records: z.number(),
  reason: z.string(),
  parkedAt: z.number(),
  build: z.string(),
  release: z
    .object({ by: z.string(), at: z.number(), state: z.enum(['asked', 'failed']), detail: z.string().optional() })
    .optional(),
});
export type ParkedKeyRow = z.infer<typeof parkedKey>;
export const parkedPage = pageOf(parkedKey);
export type ParkedPage = z.infer<typeof parkedPage>;
export const parkedRecord = z.object({
  topic: z.string(),
  partition: z.number(),
  offset: z.string(),
  value: z.string(),
  reason: z.string(),
  parkedAt: z.number(),
});
export type ParkedRecordRow = z.infer<typeof parkedRecord>;
export const parkedName = z.strictObject({ group: z.string().min(1).max(250), key: z.string().min(1).max(600) });
export const releaseAsked = z.object({ outcome: z.literal('asked') });

/** A message of ours that left, and nobody knows whether it arrived. */
export const unknownDelivery = z.object({
  channel: z.string(),
  account: z.string(),
  key: z.string(),
  conversationId: z.string(),
  messageId: z.string(),
  attempt: z.number(),
  text: z.string(),
  /** When it became unknown. */
  at: z.number(),
  /** Calls to the provider it was cut into, and of how many of them the outcome is unknown. */
  pieces: z.number(),
  unknownPieces: z.number(),
});
export type UnknownDeliveryRow = z.infer<typeof unknownDelivery>;
export const unknownPage = pageOf(unknownDelivery);
export type UnknownPage = z.infer<typeof unknownPage>;
export const unknownResendRequest = resolveRequest.pick({ commandId: true, attempt: true });

export const auditEntry = z.object({
  id: z.string(),
  at: z.number(),
  by: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.record(z.string(), z.unknown()),
});
export type AuditRow = z.infer<typeof auditEntry>;
export const auditPage = pageOf(auditEntry);
export type AuditPage = z.infer<typeof auditPage>;
