import type { IntentsFile, PhrasebookFile, Template } from './pack-files.ts';

/** A glossary concept found in a text. Offsets are UTF-16 units of the text as given. */
export interface TermHit {
  concept: string;
  /** The words as they stand in the text. */
  matched: string;
  start: number;
  end: number;
}

/** The pack's glossary, compiled for matching. */
export interface Glossary {
  version: string;
  /** Ids in the order of the file. */
  concepts: readonly string[];
  /** Longest match first, not overlapping, in order of appearance. `lang` may be `und`: every language is tried. */
  find(text: string, lang: string): TermHit[];
  /** The preferred word of a concept, or undefined where the pack has none in that language. */
  term(concept: string, lang: string): string | undefined;
}

/** The pack's approved sentences. */
export interface Phrasebook {
  locales: readonly string[];
  phrases: PhrasebookFile['phrases'];
  /** The pack's locale that serves a language tag (`zh-Hans` → `zh-CN`), or undefined. */
  localeOf(lang: string): string | undefined;
}

/** A content pack, checked and ready for use. */
export interface Pack {
  glossary: Glossary;
  phrasebook: Phrasebook;
  templates: readonly Template[];
  intents: IntentsFile;
  /** Words that say nothing about the language of a message; hand them to the detector. */
  loanwords: readonly string[];
}

/** A file of a pack is missing or wrong. The message names the file, the place in it and what is expected there. */
export class PackError extends Error {
  override readonly name = 'PackError';
}
