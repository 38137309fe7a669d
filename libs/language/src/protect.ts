export interface ProtectedText {
  /** The text with `⟦0⟧`, `⟦1⟧`, … in place of what no engine may touch. */
  text: string;
  /** The originals, by placeholder number. */
  tokens: string[];
}

export interface RestoredText {
  text: string;
  /** Originals whose placeholder is missing. */
  lost: string[];
  /** Originals whose placeholder occurs more than once. */
  doubled: string[];
}

/**
 * Order matters: the first alternative that matches at a position wins, so wider things (a URL with a date in it) stand
 * before narrower ones.
 */
const PROTECTED = new RegExp(
  [
    // {{variable}} and {slot}
    String.raw`\{\{[^{}\n]{1,80}\}\}|\{[A-Za-z][A-Za-z0-9_]{0,40}\}`,
    // URL, e-mail
    String.raw`(?:https?:\/\/|www\.)[^\s<>"'，。！？、）】]+[^\s<>"'.,;:!?)\]，。！？、）】]`,
    String.raw`[\w.+-]+@[\w-]+(?:\.[\w-]+)+`,
    // @name, #tag
    String.raw`(?<![\w@])[@#][\p{L}\p{N}_.]*[\p{L}\p{N}_]`,
    // dates: 2026-03-01, 01/03/2026, 1.3.2026, 2026年3月1日
    String.raw`(?<!\d)\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?!\d)|(?<!\d)\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}(?!\d)`,
    // amounts with currency before or after
    String.raw`(?:(?<![\p{L}])(?:Rp|IDR|USD|EUR|GBP|CNY|RMB|MYR|RM|SAR|AED|EGP|MXN|THB|VND|PHP|SGD|JPY|BRL|R\$|US\$|S\$|A\$)\.?|[$€£¥₫฿₱₹₩₺₽﷼])\s?\d[\d.,]*\d(?:\s?(?:rb|ribu|jt|juta|k))?(?!\p{L})|(?:(?<![\p{L}])(?:Rp|IDR|USD|EUR|GBP|CNY|RMB|MYR|RM|SAR|AED|EGP|MXN|THB|VND|PHP|SGD|JPY|BRL)\.?|[$€£¥₫฿₱₹₩₺₽﷼])\s?\d(?!\p{L})`,
    String.raw`(?<![\p{L}\p{N}])[\d٠-٩](?:[\d٠-٩.,٬٫]*[\d٠-٩])?\s?(?:[$€£¥₫฿₱₹₩₺₽﷼元円%％٪]|(?:Rp|IDR|USD|EUR|GBP|CNY|RMB|MYR|RM|SAR|AED|EGP|MXN|THB|VND|PHP|SGD|JPY|BRL|rb|ribu|jt|juta)(?!\p{L})|ريال(?:اً)?|درهم(?:اً)?|جنيه(?:اً)?)`,
    // phone
    String.raw`(?<![\p{L}\p{N}])\+\d[\d\s()-]{6,18}\d(?!\p{N})|(?<![\p{L}\p{N}])0\d{2,3}[\s-]?\d{3,4}[\s-]?\d{3,5}(?!\p{N})`,
    // order or transaction id: letters and digits mixed, at least 6; or a long number
    String.raw`(?<![\p{L}\p{N}])(?=[A-Z0-9_-]*\d)(?=[A-Z0-9_-]*[A-Z])[A-Z0-9][A-Z0-9_-]{4,40}[A-Z0-9](?![\p{L}\p{N}])`,
    String.raw`(?<![\p{L}\p{N}])(?=[a-z0-9]*\d)(?=[a-z0-9]*[a-z])[a-z0-9]{8,40}(?![\p{L}\p{N}])|(?<!\p{N})\d{6,}(?!\p{N})`,
    // emoji runs
    String.raw`(?:\p{Extended_Pictographic}|\p{Regional_Indicator})(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u200d|\ufe0f)*`,
  ].join('|'),
  'gu',
);

const PLACEHOLDER = /⟦\s*(\d{1,4})\s*⟧/g;

/** Replaces what must survive translation unchanged: links, addresses, ids, amounts, dates, names, variables, emoji. */
export function protect(text: string): ProtectedText {
  const tokens: string[] = [];
  // Brackets that a customer typed himself would be taken for ours on the way back.
  const guarded = text.replace(/[⟦⟧]/g, (bracket) => (bracket === '⟦' ? '[' : ']'));
  const replaced = guarded.replace(PROTECTED, (found) => `⟦${tokens.push(found) - 1}⟧`);
  return { text: replaced, tokens };
}

/** Puts the originals back and says which came back wrong. */
export function restore(text: string, tokens: readonly string[]): RestoredText {
  const seen = tokens.map(() => 0);
  const restored = text.replace(PLACEHOLDER, (_, digits: string) => {
    const n = Number(digits);
    const token = tokens[n];
    if (token === undefined) return '';
    seen[n] = (seen[n] ?? 0) + 1;
    return token;
  });
  return {
    text: restored,
    lost: tokens.filter((_, n) => seen[n] === 0),
    doubled: tokens.filter((_, n) => (seen[n] ?? 0) > 1),
  };
}
