import { BOT_PHRASES } from './bot-phrases.ts';
import type { GlossaryFile, IntentsFile, PhrasebookFile, TemplatesFile } from './pack-files.ts';

export interface PackFiles {
  glossary: GlossaryFile;
  phrasebook: PhrasebookFile;
  templates: TemplatesFile;
  intents: IntentsFile;
}

/** What schemas cannot see: missing locales, slots that differ, the wrong script, references to nothing. One line per fault. */
export function lintPack(files: PackFiles): string[] {
  return [
    ...lintPhrases(files.phrasebook),
    ...lintBot(files.phrasebook),
    ...lintGlossary(files.glossary),
    ...lintReferences(files),
  ];
}

const SCRIPT: Readonly<Record<string, RegExp>> = {
  zh: /\p{Script=Han}/u,
  ja: /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u,
  ko: /\p{Script=Hangul}/u,
  ar: /\p{Script=Arabic}/u,
  th: /\p{Script=Thai}/u,
};

function lintPhrases({ locales, phrases }: PhrasebookFile): string[] {
  const faults: string[] = [];
  const ids = new Set<string>();
  for (const { id, texts } of phrases) {
    const at = `phrasebook.json: phrase "${id}"`;
    if (ids.has(id)) faults.push(`${at}: the id is used twice`);
    ids.add(id);
    const reference = texts[locales[0]!];
    for (const locale of locales) {
      const text = texts[locale];
      if (text === undefined) {
        faults.push(`${at}: has no text in ${locale}`);
        continue;
      }
      if (reference !== undefined && slotsOf(text).join() !== slotsOf(reference).join()) {
        faults.push(
          `${at}: slots in ${locale} (${slotsOf(text).join(', ') || 'none'}) differ from ${locales[0]} (${slotsOf(reference).join(', ') || 'none'})`,
        );
      }
      const wrong = scriptFault(locale, text);
      if (wrong) faults.push(`${at}: the text in ${locale} ${wrong}`);
    }
    for (const locale of Object.keys(texts)) {
      if (!locales.includes(locale))
        faults.push(`${at}: ${locale} is not among the pack's locales (${locales.join(', ')})`);
    }
  }
  return faults;
}

function lintBot({ locales, phrases }: PhrasebookFile): string[] {
  return Object.entries(BOT_PHRASES).flatMap(([id, slots]) => {
    const phrase = phrases.find((one) => one.id === id);
    if (!phrase) return [`phrasebook.json: the bot needs a phrase "${id}"`];
    const has = slotsOf(phrase.texts[locales[0]!] ?? '');
    return has.join() === slots.join()
      ? []
      : [
          `phrasebook.json: phrase "${id}": the bot fills the slots (${slots.join(', ') || 'none'}), not (${has.join(', ') || 'none'})`,
        ];
  });
}

function scriptFault(locale: string, text: string): string | undefined {
  const words = text.replace(/\{\w+\}/g, '');
  const own = SCRIPT[locale.split('-')[0]!];
  if (own) return own.test(words) ? undefined : 'has no letter of its own script';
  return /[\p{Script=Han}\p{Script=Arabic}\p{Script=Thai}\p{Script=Cyrillic}]/u.test(words)
    ? 'has letters of another script'
    : undefined;
}

function lintGlossary({ concepts }: GlossaryFile): string[] {
  const faults: string[] = [];
  const ids = new Set<string>();
  for (const { id, terms } of concepts) {
    if (ids.has(id)) faults.push(`glossary.json: concept "${id}" is there twice`);
    ids.add(id);
    for (const [locale, words] of Object.entries(terms)) {
      if (words[0]!.endsWith('*'))
        faults.push(
          `glossary.json: concept "${id}": the first word in ${locale} is used in translations, so it cannot end with *`,
        );
      for (const word of words)
        if (word.replace('*', '').length < 2)
          faults.push(`glossary.json: concept "${id}": "${word}" in ${locale} is shorter than two letters`);
    }
  }
  return faults;
}

function lintReferences({ glossary, phrasebook, templates, intents }: PackFiles): string[] {
  const faults: string[] = [];
  const concepts = new Set(glossary.concepts.map((c) => c.id));
  const phrases = new Set(phrasebook.phrases.map((p) => p.id));
  const intentIds = new Set(intents.intents.map((i) => i.id));
  for (const t of templates.templates) {
    const at = `templates.json: template "${t.id}"`;
    for (const id of t.phrases) if (!phrases.has(id)) faults.push(`${at}: phrase "${id}" is not in phrasebook.json`);
    for (const id of t.concepts) if (!concepts.has(id)) faults.push(`${at}: concept "${id}" is not in glossary.json`);
    for (const id of t.intents) if (!intentIds.has(id)) faults.push(`${at}: intent "${id}" is not in intents.json`);
    for (const locale of phrasebook.locales) if (!t.title[locale]) faults.push(`${at}: has no title in ${locale}`);
  }
  for (const i of intents.intents) {
    for (const id of [...i.requires.flat(), ...i.supports]) {
      if (!concepts.has(id)) faults.push(`intents.json: intent "${i.id}": concept "${id}" is not in glossary.json`);
    }
  }
  return faults;
}

/** Names of the slots of a text, each once, in alphabetical order. */
export const slotsOf = (text: string): string[] =>
  [...new Set([...text.matchAll(/\{([A-Za-z][A-Za-z0-9_]*)\}/g)].map((m) => m[1]!))].sort();
