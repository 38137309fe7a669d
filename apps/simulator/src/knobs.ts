import { z } from 'zod';
import { PUBLISHED_LIMITS, type RateLimits } from './telegram/rate-limit.ts';

const failure = z
  .strictObject({
    /** Name of a method, or `*` for any. */
    method: z.string().min(1),
    /** HTTP status to answer with instead of doing what was asked. */
    status: z.number().int().min(400).max(599).optional(),
    /** Seconds; for 429. */
    retryAfter: z.number().int().min(1).optional(),
    /** Ends the connection without an answer: before the call takes effect, or after. */
    cut: z.enum(['before', 'after']).optional(),
    /** How many calls fail this way. */
    times: z.number().int().min(1).default(1),
  })
  .refine((f) => (f.status === undefined) !== (f.cut === undefined), 'expected either status or cut');
export type Failure = z.infer<typeof failure>;

const limits = z.strictObject({
  perSecond: z.number().positive().default(PUBLISHED_LIMITS.perSecond),
  perChatPerSecond: z.number().positive().default(PUBLISHED_LIMITS.perChatPerSecond),
  perChatBurst: z.number().min(1).default(PUBLISHED_LIMITS.perChatBurst),
});

/** Every field is optional: what is not named stays as it is. */
export const knobsInput = z.strictObject({
  /** Milliseconds every method takes to answer. */
  latencyMs: z.number().int().min(0).max(600_000).optional(),
  /** Replaces the list of failures to come. */
  failNext: z.array(failure).optional(),
  /** true: the published limits; an object: your own; false: none. */
  rateLimits: z.union([z.boolean(), limits]).optional(),
  /** Factor on the pauses between webhook attempts. */
  retryScale: z.number().min(0).max(10).optional(),
  /** Extra copies of every webhook request, sent at the same time. */
  duplicateWebhook: z.number().int().min(0).max(20).optional(),
  /** Milliseconds after which a webhook request counts as failed; for webhooks set afterwards. */
  webhookTimeoutMs: z.number().int().min(1).max(600_000).optional(),
});
export type KnobsInput = z.input<typeof knobsInput>;

export interface KnobValues {
  latencyMs: number;
  failNext: Failure[];
  rateLimits: RateLimits | false;
  retryScale: number;
  duplicateWebhook: number;
  webhookTimeoutMs: number;
}

/** How the provider misbehaves, on purpose. */
export class Knobs {
  readonly values: KnobValues = {
    latencyMs: 0,
    failNext: [],
    rateLimits: false,
    retryScale: 1,
    duplicateWebhook: 0,
    webhookTimeoutMs: 60_000,
  };

  /** Throws `ZodError`. */
  set(input: KnobsInput): KnobValues {
    const { rateLimits, ...rest } = knobsInput.parse(input);
    const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
    Object.assign(this.values, given);
    if (rateLimits !== undefined) this.values.rateLimits = rateLimits === true ? PUBLISHED_LIMITS : rateLimits;
    return this.values;
  }

  /** The failure that this call is to meet, used up by it. */
  takeFailure(method: string): Failure | undefined {
    const list = this.values.failNext;
    const index = list.findIndex((f) => f.method === '*' || f.method.toLowerCase() === method.toLowerCase());
    if (index === -1) return undefined;
    const found = list[index]!;
    if (found.times > 1) list[index] = { ...found, times: found.times - 1 };
    else list.splice(index, 1);
    return found;
  }
}
