import type { Intents, IntentHit } from './knowledge-api.ts';
import type { Pack, TermHit } from './pack.ts';
import { rarityOf } from './rarity.ts';
import { termMatcher } from './term-matcher.ts';

const LIMIT = 5;

/** Compiles a pack into the function that says what a message is about. No training: concepts of the glossary decide. */
export function intentFinder(pack: Pack): (text: string, lang: string) => Intents {
  const rarity = rarityOf(pack.intents.intents.map((intent) => [...intent.requires.flat(), ...intent.supports]));
  // Every language at once: people ask for a person in whatever language they can, and the phrases are unmistakable.
  const asks = termMatcher([...forms(pack.intents.human, 'human'), ...forms(pack.intents.sensitive, 'sensitive')]);

  const candidates = pack.intents.intents.map(({ id, requires, supports }) => ({
    id,
    requires,
    concepts: [...new Set([...requires.flat(), ...supports])],
  }));

  return (text, lang) => {
    const hits = pack.glossary.find(text, lang);
    const found = new Set(hits.map((hit) => hit.concept));
    const asked = new Set(asks(text).map((hit) => hit.concept));
    const total = sum([...found], rarity);
    const intents: IntentHit[] = [];
    for (const { id, requires, concepts } of candidates) {
      if (!requires.every((group) => group.some((concept) => found.has(concept)))) continue;
      const known = concepts.filter((concept) => found.has(concept));
      // Explaining more of the message counts, and so does asking for more: a specific intent beats a general one.
      const score = 0.85 * (sum(known, rarity) / total) + 0.05 * Math.min(3, requires.length);
      intents.push({ id, score: Math.round(score * 100) / 100, matched: wordsOf(hits, known) });
    }
    intents.sort((a, b) => b.score - a.score);
    return {
      intents: intents.slice(0, LIMIT),
      concepts: [...found],
      wantsHuman: asked.has('human'),
      sensitive: asked.has('sensitive'),
    };
  };
}

const forms = (byLang: Readonly<Record<string, readonly string[]>>, concept: string) =>
  Object.values(byLang).flatMap((list) => list.map((form) => ({ concept, form })));

const sum = (concepts: readonly string[], rarity: (concept: string) => number): number =>
  concepts.reduce((total, concept) => total + rarity(concept), 0) || 1;

const wordsOf = (hits: readonly TermHit[], concepts: readonly string[]): string[] => [
  ...new Set(hits.filter((hit) => concepts.includes(hit.concept)).map((hit) => hit.matched)),
];
