/** What this library needs of a content pack. `libs/knowledge` loads and compiles packs; the shapes meet here by structure. */

/** A glossary concept found in a text. Offsets are UTF-16 units of the text as given. */
export interface TermHit {
  concept: string;
  /** The words as they stand in the text. */
  matched: string;
  start: number;
  end: number;
}

export interface Glossary {
  /** Part of the translation memory's key: an edited glossary makes old translations stale. */
  version: string;
  /** Longest match first, not overlapping, in order of appearance. `lang` may be `und`: every language is tried. */
  find(text: string, lang: string): TermHit[];
  /** The preferred word of a concept, or undefined where the pack has none in that language. */
  term(concept: string, lang: string): string | undefined;
}

/** An approved sentence in every locale of the pack. `{slot}` marks a value that is carried over. */
export interface Phrase {
  id: string;
  texts: Readonly<Record<string, string>>;
}

export interface Phrasebook {
  phrases: readonly Phrase[];
  /** The pack's locale that serves a language tag (`zh-Hans` → `zh-CN`), or undefined. */
  localeOf(lang: string): string | undefined;
}
