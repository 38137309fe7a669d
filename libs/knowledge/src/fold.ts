const FOLDED: Readonly<Record<string, string>> = {
  أ: 'ا',
  إ: 'ا',
  آ: 'ا',
  ى: 'ي',
  ة: 'ه',
  đ: 'd',
  ı: 'i',
  '’': "'",
  ß: 's',
  '٪': '%',
};

const cache = new Map<string, string>();

/**
 * Lower case without accents, unit by unit, so that offsets in the folded text are offsets in the text itself. Vietnamese and
 * Thai lose their marks too; terms are folded the same way, and one language is looked at at a time.
 */
export function fold(text: string): string {
  if (text !== last.text) last = { text, folded: foldUnits(text) };
  return last.folded;
}

/** The glossary and the words for a person are looked for in one text after the other. */
let last = { text: '', folded: '' };

function foldUnits(text: string): string {
  if (/^[\x20-\x7e\s]*$/.test(text)) return text.toLowerCase();
  let out = '';
  for (let i = 0; i < text.length; i++) out += foldUnit(text[i]!);
  return out;
}

function foldUnit(unit: string): string {
  const known = cache.get(unit);
  if (known !== undefined) return known;
  const lower = unit.normalize('NFKC').toLowerCase();
  const plain = lower.normalize('NFD').replace(/\p{M}+$/u, '');
  const first = (FOLDED[lower] ?? FOLDED[plain] ?? (plain || lower)).normalize('NFC');
  const result = first.length === 1 ? first : unit;
  if (cache.size < 20_000) cache.set(unit, result);
  return result;
}
