import { languageChooser } from './language-key.ts';
import type { Effect, EffectOf } from './rule.ts';
import { normalise } from './normalise.ts';

/** A forbid with its expressions: all languages are looked for in every text, since people mix them. */
export interface CompiledForbid {
  type: 'forbid';
  effect: EffectOf<'forbid'>;
  regex: RegExp;
  /** Whether the patterns say something about a text in this language. */
  covers(lang: string | undefined): boolean;
  /** What could be said instead. */
  suggestion(lang: string | undefined): string | undefined;
}

/** A require with its expressions; only the customer's own language counts as telling them. */
export interface CompiledRequire {
  type: 'require';
  effect: EffectOf<'require'>;
  /** Undefined = no patterns for the language. */
  states(text: string, lang: string | undefined): boolean | undefined;
  /** The sentence to add where it is missing. */
  sentence(lang: string | undefined): string | undefined;
}

export interface CompiledDisclaim {
  type: 'disclaim';
  effect: EffectOf<'disclaim'>;
  /** The sentence for the language, as written and normalised. */
  sentence(lang: string | undefined): { text: string; normalised: string } | undefined;
}

type Plain = EffectOf<'remind' | 'deadline' | 'route' | 'redact'>;
export type CompiledEffect =
  CompiledForbid | CompiledRequire | CompiledDisclaim | { type: Plain['type']; effect: Plain };

export function compileEffect(effect: Effect, pattern: (source: string) => string): CompiledEffect {
  switch (effect.type) {
    case 'forbid':
      return compileForbid(effect, pattern);
    case 'require':
      return compileRequire(effect, pattern);
    case 'disclaim':
      return compileDisclaim(effect);
    default:
      return { type: effect.type, effect };
  }
}

const union = (sources: readonly string[], pattern: (source: string) => string): string =>
  [...new Set(sources)].map((source) => `(?:${pattern(source)})`).join('|');

function compileForbid(effect: EffectOf<'forbid'>, pattern: (source: string) => string): CompiledForbid {
  const languages = Object.keys(effect.patterns).filter((key) => key !== '*');
  const keyOf = languageChooser(languages);
  const suggestionKeyOf = languageChooser(Object.keys(effect.suggest));
  return {
    type: 'forbid',
    effect,
    regex: new RegExp(union(Object.values(effect.patterns).flat(), pattern), 'gu'),
    covers: (lang) => languages.length === 0 || keyOf(lang) !== undefined,
    suggestion: (lang) => effect.suggest[suggestionKeyOf(lang) ?? ''],
  };
}

function compileRequire(effect: EffectOf<'require'>, pattern: (source: string) => string): CompiledRequire {
  const everywhere = effect.anyOf['*'] ?? [];
  const languages = Object.keys(effect.anyOf).filter((key) => key !== '*');
  const keyOf = languageChooser(languages);
  const sentenceKeyOf = languageChooser(Object.keys(effect.append));
  const byLanguage = new Map(
    languages.map((key) => [key, new RegExp(union([...effect.anyOf[key]!, ...everywhere], pattern), 'u')]),
  );
  const anywhere = everywhere.length === 0 ? undefined : new RegExp(union(everywhere, pattern), 'u');
  return {
    type: 'require',
    effect,
    states: (text, lang) => {
      const key = keyOf(lang);
      if (key !== undefined) return byLanguage.get(key)!.test(text);
      if (anywhere?.test(text) === true) return true;
      return languages.length === 0 ? false : undefined;
    },
    sentence: (lang) => effect.append[sentenceKeyOf(lang) ?? ''],
  };
}

function compileDisclaim(effect: EffectOf<'disclaim'>): CompiledDisclaim {
  const keys = Object.keys(effect.text);
  const keyOf = languageChooser(keys);
  const sentences = new Map(
    keys.map((key) => [key, { text: effect.text[key]!, normalised: normalise(effect.text[key]!).text.trim() }]),
  );
  return { type: 'disclaim', effect, sentence: (lang) => sentences.get(keyOf(lang) ?? '*') };
}
