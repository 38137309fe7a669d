const QUOTES = new Set(['"', "'", '`']);

/** A property name as written in JavaScript at `from`, bare or in quotes, and where what follows its colon begins. */
export function readPropertyName(source: string, from: number): { name: string; end: number } {
  const quote = source[from]!;
  if (!QUOTES.has(quote)) {
    const colon = source.indexOf(':', from);
    if (colon < 0) throw new RangeError(`no property at character ${from}`);
    return { name: source.slice(from, colon), end: colon + 1 };
  }
  let name = '';
  let at = from + 1;
  for (; source[at] !== quote; at++) {
    if (source[at] === '\\') at++;
    if (at >= source.length) throw new RangeError(`no end of the name at character ${from}`);
    name += source[at];
  }
  if (source[at + 1] !== ':') throw new RangeError(`no colon at character ${at + 1}`);
  return { name, end: at + 2 };
}

/** Index just behind the first `words` of the source. */
export function behind(source: string, words: string): number {
  const at = source.indexOf(words);
  if (at < 0) throw new RangeError(`there is no "${words}"`);
  return at + words.length;
}
