import { z } from 'zod';

/** The files of a content pack as they lie on disk. Every schema is strict: a misspelt key is an error, not a silent loss. */

const locale = z.string().regex(/^[a-z]{2,3}(-[A-Za-z]{2,4})?$/, 'expected a language tag such as id or zh-CN');
const conceptId = z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'expected capitals, digits and underscores, such as TOPUP');
const id = z.string().regex(/^[a-z][a-z0-9_-]*$/, 'expected lower-case letters, digits, dash or underscore');
const words = z.array(z.string().min(1)).min(1);

/**
 * `terms`: the first word of each language is the one used in translations, the others are recognised too. A trailing `*`
 * stands for any ending (`recharg*`).
 */
export const glossaryFile = z.strictObject({
  version: z.string().min(1),
  concepts: z
    .array(z.strictObject({ id: conceptId, note: z.string().optional(), terms: z.record(locale, words) }))
    .min(1),
  /** Words used unchanged in many languages, which say nothing about the language they stand in. */
  loanwords: words,
});
export type GlossaryFile = z.infer<typeof glossaryFile>;

export const phrasebookFile = z.strictObject({
  /** Every phrase has a text in each of these. */
  locales: z.array(locale).min(1),
  phrases: z
    .array(
      z.strictObject({
        id,
        /** Who says it; `customer` sentences are there to be understood, not to be sent. */
        by: z.enum(['agent', 'bot', 'customer']).default('agent'),
        note: z.string().optional(),
        texts: z.record(locale, z.string().min(1)),
      }),
    )
    .min(1),
});
export type PhrasebookFile = z.infer<typeof phrasebookFile>;

export const templatesFile = z.strictObject({
  templates: z
    .array(
      z.strictObject({
        id,
        title: z.record(locale, z.string().min(1)),
        /** What a message has to be about; the rarer the concept among templates, the more it counts. */
        concepts: z.array(conceptId).default([]),
        intents: z.array(id).default([]),
        /** ISO countries or groupings (SEA, EU, MENA, LATAM); empty = everywhere. */
        regions: z.array(z.string()).default([]),
        products: z.array(z.string()).default([]),
        /** Ids of phrases that make up the text, in order. */
        phrases: z.array(id).min(1),
        /** Whether the bot may send it without a person. */
        bot: z.boolean().default(false),
      }),
    )
    .min(1),
});
export type TemplatesFile = z.infer<typeof templatesFile>;
export type Template = TemplatesFile['templates'][number];

export const intentsFile = z.strictObject({
  intents: z
    .array(
      z.strictObject({
        id,
        /** Every group must have one of its concepts in the message. */
        requires: z.array(z.array(conceptId).min(1)).min(1),
        /** Make it more likely when present. */
        supports: z.array(conceptId).default([]),
        /** A person decides: the bot hands over. */
        handover: z.boolean().default(false),
      }),
    )
    .min(1),
  /** How customers ask for a person, by language. */
  human: z.record(locale, words),
  /** Lawyers, regulators, press, fraud: a person answers. */
  sensitive: z.record(locale, words),
});
export type IntentsFile = z.infer<typeof intentsFile>;
