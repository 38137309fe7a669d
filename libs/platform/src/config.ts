import { z } from 'zod';

/** Wall-clock shift: local time and IANA zone, so daylight saving moves with the people. May cross midnight. */
export const shiftConfig = z.strictObject({
  /** ISO weekdays, 1 = Monday, on which the shift begins. */
  days: z.array(z.number().int().min(1).max(7)).min(1),
  from: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected HH:MM'),
  to: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected HH:MM'),
  zone: z.string().refine(isZone, 'expected an IANA time zone such as Asia/Jakarta'),
});
export type ShiftConfig = z.infer<typeof shiftConfig>;

export const agentConfig = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/, 'expected lower-case letters, digits and dashes'),
  name: z.string().min(1),
  email: z.email(),
  /** Plain text is read once and stored as an argon2id hash. */
  password: z.string().min(8),
  role: z.enum(['agent', 'lead', 'admin']).default('agent'),
  /** BCP 47; the first is the working language: what inbound text is translated into. */
  languages: z.array(z.string()).min(1),
  zone: z.string().refine(isZone, 'expected an IANA time zone such as Asia/Jakarta'),
  capacity: z.number().int().min(1).max(100).default(5),
  queues: z.array(z.string()).min(1),
  shifts: z.array(shiftConfig).default([]),
});
export type AgentConfig = z.infer<typeof agentConfig>;

export const queueConfig = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/, 'expected lower-case letters, digits and dashes'),
  name: z.string().min(1),
  /** ISO countries or groupings (EU, SEA, MENA, LATAM) this queue serves; empty = all. */
  regions: z.array(z.string()).default([]),
  languages: z.array(z.string()).default([]),
  channels: z.array(z.string()).default([]),
  topics: z.array(z.string()).default([]),
  /** Higher is tried first among queues that match. */
  priority: z.number().int().default(0),
});
export type QueueConfig = z.infer<typeof queueConfig>;

/** A channel account; the connector's own schema checks `settings` further. */
export const accountConfig = z.strictObject({
  channel: z.string().min(1),
  account: z.string().regex(/^[A-Za-z0-9_-]+$/, 'expected letters, digits, dash or underscore'),
  /** ISO country of the storefront, evidence for the customer's region. */
  country: z.string().length(2).optional(),
  settings: z.record(z.string(), z.unknown()).default({}),
});
export type AccountConfig = z.infer<typeof accountConfig>;

export const engineConfig = z.strictObject({
  kind: z.enum(['libretranslate']),
  name: z.string().min(1),
  url: z.url(),
  apiKey: z.string().optional(),
  timeoutMs: z.number().int().positive().default(3000),
  /** The operator's own server may stand on a private address; everything else may not. */
  allowPrivate: z.boolean().default(false),
});
export type EngineConfig = z.infer<typeof engineConfig>;

export const seawayConfig = z.strictObject({
  accounts: z.array(accountConfig).min(1),
  queues: z.array(queueConfig).min(1),
  agents: z.array(agentConfig).min(1),
  bot: z
    .strictObject({
      id: z.string().default('seabot'),
      name: z.string().default('Seabot'),
      enabled: z.boolean().default(true),
      /** Empty = whenever no person is on shift. */
      shifts: z.array(shiftConfig).default([]),
    })
    .default({ id: 'seabot', name: 'Seabot', enabled: true, shifts: [] }),
  engines: z.array(engineConfig).default([]),
  /** Folder of the content pack, from the working directory. */
  pack: z.string().default('packs/livestream'),
  /** Public address of the webhooks, for registering them at providers. */
  publicUrl: z.url().optional(),
  /** Partitions of every topic that is not a DLQ. Keys must never move: fixed once topics exist. */
  partitions: z.number().int().min(1).max(512).default(48),
});
export type SeawayConfig = z.infer<typeof seawayConfig>;

function isZone(value: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return false;
  }
}
