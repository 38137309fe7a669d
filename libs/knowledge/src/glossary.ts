import { localeResolver } from './locales.ts';
import type { GlossaryFile } from './pack-files.ts';
import type { Glossary, TermHit } from './pack.ts';
import { termMatcher, type TermForm } from './term-matcher.ts';

/** English words this short mean something else in other languages ("ban", "on"). */
const SHORT = 4;

/** Compiles a glossary: one matcher per language, made when first needed. */
export function compileGlossary(file: GlossaryFile): Glossary {
  const locales = [...new Set(file.concepts.flatMap((concept) => Object.keys(concept.terms)))];
  const localeOf = localeResolver(locales);
  const preferred = new Map(file.concepts.map((concept) => [concept.id, concept.terms]));
  const matchers = new Map<string, (text: string) => TermHit[]>();

  /** The language's own terms, and English ones, since customers mix them in. */
  function matcherFor(locale: string | undefined): (text: string) => TermHit[] {
    const key = locale ?? 'und';
    let matcher = matchers.get(key);
    if (!matcher) {
      const forms: TermForm[] = [];
      for (const { id, terms } of file.concepts) {
        for (const own of locale ? [locale, ...near(locale)] : locales)
          for (const form of terms[own] ?? []) forms.push({ concept: id, form });
        if (locale !== 'en')
          for (const form of terms['en'] ?? []) if (form.length > SHORT) forms.push({ concept: id, form });
      }
      matcher = termMatcher(forms);
      matchers.set(key, matcher);
    }
    return matcher;
  }

  return {
    version: file.version,
    concepts: file.concepts.map((concept) => concept.id),
    find: (text, lang) => matcherFor(localeOf(lang)).call(undefined, text.length > 2000 ? text.slice(0, 2000) : text),
    term(concept, lang) {
      const locale = localeOf(lang);
      return locale === undefined ? undefined : preferred.get(concept)?.[locale]?.[0];
    },
  };
}

/** Detection mixes these up and their speakers each other's words. */
const near = (locale: string): readonly string[] => (locale === 'id' ? ['ms'] : locale === 'ms' ? ['id'] : []);
