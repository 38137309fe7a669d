import { behind, readPropertyName } from './property-names.ts';

/** The n-grams of the package tinyld. Languages are numbered from 0. */
export interface TinyldFile {
  /** ISO 639-1 where there is one. */
  languages: string[];
  /** N-grams that only one language has. */
  uniques: ReadonlyMap<string, number>;
  /** Where the pairs of an n-gram begin in `pairs`: how many, then language, weight, language, weight, … */
  shared: ReadonlyMap<string, number>;
  pairs: Uint16Array;
}

/**
 * Reads tinyld's data from the text of its module: evaluated, it would be thousands of objects and closures. Throws an Error when the
 * text is not in the expected form.
 */
export function readTinyld(source: string): TinyldFile {
  try {
    const languages = [...source.matchAll(/\b\w+:\{code:"([\w-]+)",region:/g)].map(([, code]) => code!);
    const shared = new Map<string, number>();
    const pairs: number[] = [];
    for (const [gram, value] of properties(source, 'multiples:{')) {
      shared.set(gram, pairs.push(value.length / 4) - 1);
      for (let i = 0; i + 4 <= value.length; i += 4) {
        pairs.push(languageAt(languages, value.slice(i, i + 2)), Number.parseInt(value.slice(i + 2, i + 4), 36));
      }
    }
    const uniques = new Map<string, number>();
    for (const [gram, value] of properties(source, 'uniques:{')) uniques.set(gram, languageAt(languages, value));
    return { languages, uniques, shared, pairs: Uint16Array.from(pairs) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`The data of the package tinyld is not as version 1.3 has it: ${why}.`, { cause: error });
  }
}

/** Names and values (bare or in double quotes) of an object without further objects in it. */
function* properties(source: string, opening: string): Generator<[string, string]> {
  for (let at = behind(source, opening); source[at] !== '}';) {
    const { name, end } = readPropertyName(source, at);
    const [whole, quoted, bare] = VALUE.exec(source.slice(end, end + 2000)) ?? [];
    if (whole === undefined) throw new RangeError(`no value at character ${end}`);
    yield [name, quoted ?? bare!];
    at = end + whole.length;
    if (source[at] === ',') at++;
  }
}

const VALUE = /^(?:"([0-9A-Za-z]*)"|(\w+))/;

/** tinyld counts from 1, in digits of base 36. */
function languageAt(languages: readonly string[], digits: string): number {
  const language = Number.parseInt(digits, 36) - 1;
  if (languages[language] === undefined) throw new RangeError(`there is no language ${digits}`);
  return language;
}
