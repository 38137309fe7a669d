import { botFor } from './bot.ts';
import { intentFinder } from './intents.ts';
import type { Knowledge } from './knowledge-api.ts';
import type { Pack } from './pack.ts';
import { templatesOf } from './templates.ts';

export interface KnowledgeOptions {
  /** How sure the bot has to be before it answers, 0 to 1. Default 0.6. */
  botThreshold?: number;
}

/** What is known about the domain: intents, templates and the bot's answers, all from the pack. Pure and synchronous. */
export function createKnowledge(pack: Pack, options: KnowledgeOptions = {}): Knowledge {
  const templates = templatesOf(pack);
  const intentsOf = intentFinder(pack);
  return {
    intentsOf,
    templatesFor: (query) => templates.rank(query),
    allTemplates: (query) => templates.all(query),
    fill(templateId, lang, slots) {
      const template = templates.get(templateId);
      if (!template) throw new RangeError(`There is no template "${templateId}" in the pack`);
      return templates.fill(template, lang, slots);
    },
    botAnswer: botFor(pack, templates, intentsOf, { threshold: options.botThreshold ?? 0.6 }),
    pickPhrase: (phraseId, lang, slots = {}) => templates.fillPhrase(phraseId, lang, slots),
  };
}
