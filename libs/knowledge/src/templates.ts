import type { Filled, TemplateHit, TemplateQuery } from './knowledge-api.ts';
import type { Template } from './pack-files.ts';
import type { Pack } from './pack.ts';
import { rarityOf } from './rarity.ts';

const FALLBACK = 'en';
const SLOT = /\{([A-Za-z][A-Za-z0-9_]*)\}/g;

export interface Templates {
  get(id: string): Template | undefined;
  /** Best first. */
  rank(query: TemplateQuery): TemplateHit[];
  all(query: { lang: string; agentLang?: string; search?: string }): TemplateHit[];
  fill(template: Template, lang: string, slots: Readonly<Record<string, string>>): Filled;
  fillPhrase(phraseId: string, lang: string, slots: Readonly<Record<string, string>>): Filled;
}

/** The pack's templates: ranked by concepts, in two languages, with slots filled. */
export function templatesOf(pack: Pack): Templates {
  const byId = new Map(pack.templates.map((template) => [template.id, template]));
  const phrases = new Map(pack.phrasebook.phrases.map((phrase) => [phrase.id, phrase.texts]));
  const rarity = rarityOf(pack.templates.map((template) => template.concepts));
  const covered = new Set(pack.templates.flatMap((template) => template.concepts));
  const localeFor = (lang: string): string =>
    pack.phrasebook.localeOf(lang) ?? pack.phrasebook.localeOf(FALLBACK) ?? pack.phrasebook.locales[0]!;

  const textOf = (template: Template, locale: string): string =>
    template.phrases.map((id) => phrases.get(id)![locale]!).join(/^(zh|ja|th)/.test(locale) ? '' : ' ');

  function hit(
    template: Template,
    lang: string,
    agentLang: string | undefined,
    matched: string[],
    score: number,
  ): TemplateHit {
    const locale = localeFor(lang);
    const agentLocale = localeFor(agentLang ?? lang);
    const customerText = textOf(template, locale);
    return {
      id: template.id,
      title: template.title[agentLocale] ?? template.id,
      agentText: textOf(template, agentLocale),
      customerText,
      lang: locale,
      slots: slotsIn(customerText),
      matched,
      score: Math.round(score * 100) / 100,
    };
  }

  /** Rare concepts count most; what the template is about but the message does not say costs a little. */
  function scoreOf(template: Template, query: TemplateQuery): { score: number; matched: string[] } {
    const concepts = template.concepts.filter((concept) => query.concepts?.includes(concept));
    const intents = template.intents.filter((intent) => query.intents?.includes(intent));
    const weight = (list: readonly string[]): number => list.reduce((total, concept) => total + rarity(concept), 0);
    const asked = weight(query.concepts?.filter((concept) => covered.has(concept)) ?? []);
    const own = weight(template.concepts);
    const overlap = weight(concepts);
    // Concepts of a template are partly alternatives (failed, error), so those not mentioned cost little.
    const byConcepts = overlap === 0 ? 0 : overlap / (overlap + 0.7 * (asked - overlap) + 0.15 * (own - overlap));
    const rank = intents.length === 0 ? 0 : 1 / (1 + query.intents!.indexOf(intents[0]!));
    const score = query.concepts?.length ? 0.7 * byConcepts + 0.3 * rank : rank;
    return { score, matched: [...concepts, ...intents] };
  }

  function fillText(text: string, lang: string, slots: Readonly<Record<string, string>>): Filled {
    const missing = new Set<string>();
    const filled = text.replace(SLOT, (whole, name: string) => {
      const value = slots[name]?.trim();
      if (value) return value;
      missing.add(name);
      return whole;
    });
    return { text: filled, lang, missing: [...missing] };
  }

  return {
    get: (id) => byId.get(id),
    rank(query) {
      const ranked: TemplateHit[] = [];
      for (const template of pack.templates) {
        if (!serves(template.regions, query.region) || !serves(template.products, query.product)) continue;
        const { score, matched } = scoreOf(template, query);
        if (score > 0) ranked.push(hit(template, query.lang, query.agentLang, matched, score));
      }
      return ranked.sort((a, b) => b.score - a.score).slice(0, query.limit ?? 3);
    },
    all({ lang, agentLang, search }) {
      const wanted = search?.trim().toLowerCase();
      const list = pack.templates.map((template) => hit(template, lang, agentLang, [], 0));
      return wanted
        ? list.filter((t) => `${t.id} ${t.title} ${t.agentText} ${t.customerText}`.toLowerCase().includes(wanted))
        : list;
    },
    fill: (template, lang, slots) => fillText(textOf(template, localeFor(lang)), localeFor(lang), slots),
    fillPhrase(phraseId, lang, slots) {
      const texts = phrases.get(phraseId);
      if (!texts) throw new RangeError(`There is no phrase "${phraseId}" in the pack`);
      return fillText(texts[localeFor(lang)]!, localeFor(lang), slots);
    },
  };
}

/** An empty list serves everyone; a restricted template needs to know that it is in the right place. */
function serves(allowed: readonly string[], actual: string | readonly string[] | undefined): boolean {
  if (allowed.length === 0) return true;
  const list = typeof actual === 'string' ? [actual] : (actual ?? []);
  return list.some((one) => allowed.includes(one));
}

const slotsIn = (text: string): string[] => [...new Set([...text.matchAll(SLOT)].map((match) => match[1]!))];
