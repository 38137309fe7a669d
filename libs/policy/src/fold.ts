/** Characters that NFKC leaves apart and a reader does not. */
const SAME: Readonly<Record<string, string>> = {
  '٪': '%',
  '⁒': '%',
  đ: 'd',
  ø: 'o',
  ł: 'l',
  ı: 'i',
  أ: 'ا',
  إ: 'ا',
  آ: 'ا',
  ٱ: 'ا',
  ى: 'ي',
  ی: 'ي',
  ة: 'ه',
  ک: 'ك',
  '‐': '-',
  '‑': '-',
  '–': '-',
  '—': '-',
  '−': '-',
  '’': "'",
  '‘': "'",
  '、': ',',
  '。': '.',
};
const INVISIBLE = /[\p{Cf}\p{Variation_Selector}\u034f\u115f\u1160\u3164\uffa0\u0640]/gu;
const SPACE = /\s/;
const DIGIT = /\p{Nd}/u;
const MARK = /\p{M}/gu;
/** Scripts whose marks are decoration or optional vowels; in the others (Thai, Devanagari, …) marks are letters. */
const MARKS_OPTIONAL =
  /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Arabic}\p{Script=Hebrew}\p{N}\p{P}\p{S}\p{Z}]/u;
const CACHE_LIMIT = 20_000;
const cache = new Map<string, string>();

/** One base character with its marks, as rules see it; empty when it is invisible. */
export function foldCluster(cluster: string): string {
  const known = cache.get(cluster);
  if (known !== undefined) return known;
  const folded = compute(cluster);
  if (cache.size < CACHE_LIMIT) cache.set(cluster, folded);
  return folded;
}

function compute(cluster: string): string {
  let text = cluster.normalize('NFKC').replace(INVISIBLE, '').toLowerCase();
  if (MARKS_OPTIONAL.test(text)) text = text.normalize('NFKD').replace(MARK, '').normalize('NFKC');
  else text = text.replace(/[\u0300-\u036f\u20d0-\u20ff]/g, '');
  let out = '';
  for (const char of text) {
    if (SPACE.test(char)) out += ' ';
    else if (DIGIT.test(char)) out += digitValue(char.codePointAt(0)!);
    else out += SAME[char] ?? char;
  }
  return out;
}

/** Decimal digits of a script are ten code points in a row, zero first. */
function digitValue(codePoint: number): number {
  let zero = codePoint;
  while (codePoint - zero < 50 && DIGIT.test(String.fromCodePoint(zero - 1))) zero--;
  return (codePoint - zero) % 10;
}

/**
 * The same folding for a pattern, so that its author may write accents and scripts as people do. Characters of the regular
 * expression's own language are ASCII and stay.
 */
export function foldPattern(source: string): string {
  return source.normalize('NFC').replace(/\P{ASCII}\p{M}*/gu, (cluster) => foldCluster(cluster));
}
