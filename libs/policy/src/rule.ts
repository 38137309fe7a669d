import { z } from 'zod';

/** A regular expression over normalised text (see `normalise`): write lower case, accents and width do not matter. */
const pattern = z.string().min(1).max(600);
/** Language tag (or `*` for every language) to patterns. */
const patternsByLang = z.record(z.string().min(1), z.array(pattern).min(1));
/** Language tag to the words a customer of that language reads. */
const textByLang = z.record(z.string().min(1), z.string().min(1));

export const factName = z.enum([
  'region',
  'country',
  'lang',
  'channel',
  'intents',
  'concepts',
  'actor',
  'text',
  'firstContact',
  'localTime',
]);
export type FactName = z.infer<typeof factName>;

const list = z.array(z.string().min(1)).min(1);
/**
 * One comparison. For facts that are lists (`region` = country and its groups, `intents`, `concepts`), `eq` means "contains"
 * and `in` means "contains one of". `matches` takes patterns and looks at the normalised text. `between` is for `localTime`
 * and may cross midnight.
 */
export const test = z.discriminatedUnion('op', [
  z.strictObject({ fact: factName, op: z.literal('eq'), value: z.union([z.string(), z.boolean()]) }),
  z.strictObject({ fact: factName, op: z.literal('in'), value: list }),
  z.strictObject({ fact: factName, op: z.literal('nin'), value: list }),
  z.strictObject({ fact: factName, op: z.literal('exists'), value: z.boolean() }),
  z.strictObject({ fact: z.literal('text'), op: z.literal('matches'), value: z.array(pattern).min(1) }),
  z.strictObject({
    fact: z.literal('localTime'),
    op: z.literal('between'),
    value: z.tuple([
      z.string().regex(/^\d\d:\d\d$/, 'expected HH:MM'),
      z.string().regex(/^\d\d:\d\d$/, 'expected HH:MM'),
    ]),
  }),
]);
export type Test = z.infer<typeof test>;

export type Condition = Test | { all: Condition[] } | { any: Condition[] } | { not: Condition };
export const condition: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    test,
    z.strictObject({ all: z.array(condition).min(1) }),
    z.strictObject({ any: z.array(condition).min(1) }),
    z.strictObject({ not: condition }),
  ]),
);

export const effect = z.discriminatedUnion('type', [
  /** Outbound text must say `concept`; `append` is the sentence that makes it right in one click. */
  z.strictObject({ type: z.literal('require'), concept: z.string().min(1), anyOf: patternsByLang, append: textByLang }),
  /** Outbound text must not say this; `suggest` is the approved sentence. */
  z.strictObject({ type: z.literal('forbid'), patterns: patternsByLang, suggest: textByLang.default({}) }),
  /** A note to the person who works on the conversation. */
  z.strictObject({ type: z.literal('remind'), text: z.string().min(1) }),
  /** A statutory clock of wall hours; `warnAt` in percent of the time, `process` the steps to take. */
  z.strictObject({
    type: z.literal('deadline'),
    hours: z.number().positive(),
    warnAt: z.array(z.number().gt(0).lt(100)).default([50, 80]),
    process: z.array(z.string().min(1)).optional(),
  }),
  z
    .strictObject({
      type: z.literal('route'),
      queue: z.string().min(1).optional(),
      topic: z.string().min(1).optional(),
    })
    .refine((r) => (r.queue === undefined) !== (r.topic === undefined), 'expected either queue or topic'),
  /** Personal data that must not be shown or sent: payment card numbers (Luhn-checked) or e-mail addresses. */
  z.strictObject({ type: z.literal('redact'), types: z.array(z.enum(['card', 'email'])).min(1) }),
  /** A sentence that must stand in the message, word for word. */
  z.strictObject({ type: z.literal('disclaim'), text: textByLang }),
]);
export type Effect = z.infer<typeof effect>;
export type EffectOf<T extends Effect['type']> = Extract<Effect, { type: T }>;

/** A case the rule's author states; `testRules` runs it against this rule alone. */
export const ruleTest = z.strictObject({
  name: z.string().optional(),
  ctx: z.strictObject({
    text: z.string().default(''),
    lang: z.string().optional(),
    source: z.strictObject({ text: z.string(), lang: z.string() }).optional(),
    /** ISO country; absent = unknown, so the rule of every region applies. */
    country: z.string().length(2).optional(),
    channel: z.string().default('webchat'),
    actor: z.string().default('agent'),
    intents: z.array(z.string()).default([]),
    concepts: z.array(z.string()).default([]),
    firstContact: z.boolean().optional(),
    localTime: z.string().optional(),
  }),
  expect: z.strictObject({
    /** Outbound: the rule has a finding. Inbound: its condition holds. */
    fires: z.boolean(),
    decision: z.enum(['release', 'warn', 'block', 'hold']).optional(),
  }),
});
export type RuleTest = z.infer<typeof ruleTest>;

const role = z.enum(['agent', 'lead', 'admin']);

/** A regional rule: data with an owner and a legal reference, in force while `status` is `active`. */
export const rule = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/, 'expected lower-case letters, digits and dashes'),
  version: z.number().int().positive(),
  name: z.string().min(1),
  /** `shadow` rules are evaluated and appear in the trace, and decide nothing; `draft` ones are not evaluated. */
  status: z.enum(['draft', 'shadow', 'active']),
  legalRef: z.string().min(1),
  owner: z.string().min(1),
  needsLegalReview: z.boolean(),
  phase: z.enum(['inbound', 'outbound']),
  when: condition,
  effects: z.array(effect).min(1),
  severity: z.enum(['info', 'warn', 'block']),
  /** Who may send in spite of a `warn`; absent = any agent with a reason. A `block` is never overridden. */
  override: z.strictObject({ role }).optional(),
  tests: z.array(ruleTest).min(1),
});
export type Rule = z.infer<typeof rule>;
