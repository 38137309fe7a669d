/** Anything within a sentence: a slot never swallows the next one, but "50.000" and "v1.2" are whole. */
const WITHIN = String.raw`(?:[^\n.!?。！？؟]|\.(?=\S))`;

/** Values that a slot may stand for; anything not listed is a name. */
const SLOT_VALUES: Readonly<Record<string, string>> = {
  amount: `${WITHIN}{0,6}?\\p{N}${WITHIN}{0,20}?`,
  hours: String.raw`\p{N}{1,3}`,
  date: `${WITHIN}{0,14}?\\p{N}${WITHIN}{0,20}?`,
  time: `${WITHIN}{0,14}?\\p{N}${WITHIN}{0,20}?`,
  orderId: String.raw`[#\p{L}\p{N}](?=[\p{L}\p{N}_-]*\p{N})[\p{L}\p{N}_-]{2,40}`,
  caseNumber: String.raw`[#\p{L}\p{N}][\p{L}\p{N}_-]{0,40}`,
};
const NAME_VALUE = String.raw`(?:[^\s\n.!?,;。！？؟，،；]|\.(?=\S)){1,30}?(?:\s(?:[^\s.!?,;。！？؟，،；]){1,30}?){0,2}?`;

export const isName = (slot: string): boolean => !(slot in SLOT_VALUES);

/**
 * Whether a captured value may be a person's name in a text from outside: "Hello, my money is gone" greets nobody called
 * "my money". Scripts without capitals tell too little, except for the short names of Chinese.
 */
export const looksLikeName = (value: string): boolean =>
  value.split(/\s+/).every((word) => /^\p{Lu}/u.test(word)) || /^\p{Script=Han}{2,4}$/u.test(value);

export const SLOT = /\{([A-Za-z][A-Za-z0-9_]*)\}/g;
export const hasSlots = (text: string): boolean => text.search(SLOT) >= 0;

const GAP = String.raw`[\s\p{P}\p{S}]`;

/** Letters that chat writes in several ways. */
const VARIANTS: Readonly<Record<string, string>> = {
  ا: '[اأإآ]',
  أ: '[اأإآ]',
  إ: '[اأإآ]',
  آ: '[اأإآ]',
  ى: '[ىي]',
  ي: '[ىي]',
  ة: '[ةه]',
  "'": "['’]?",
  '’': "['’]?",
};

function letter(char: string): string {
  const variants = VARIANTS[char];
  if (variants) return variants;
  const plain = char.normalize('NFD').replace(/\p{M}/gu, '');
  // é also as e; but a Japanese が is no か.
  return plain !== char && /^[A-Za-z]$/.test(plain)
    ? `[${char}${plain}]`
    : char.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

export interface PhrasePattern {
  pattern: RegExp;
  /** Slot names in the order of the capturing groups. */
  slots: string[];
}

/** A pattern for one sentence that forgives case, punctuation, spacing and missing accents, and captures slot values. */
export function phrasePattern(text: string): PhrasePattern {
  const slots: string[] = [];
  let source = `^${GAP}*`;
  let pending = '';
  for (const piece of text
    .normalize('NFKC')
    .match(/\{[A-Za-z][A-Za-z0-9_]*\}|[\p{L}\p{M}\p{N}'’]+|[^\p{L}\p{M}\p{N}'’]/gu) ?? []) {
    if (/^\{.+\}$/.test(piece)) {
      const name = piece.slice(1, -1);
      source += `${pending}(${SLOT_VALUES[name] ?? NAME_VALUE})`;
      slots.push(name);
      pending = `${GAP}*`;
    } else if (/[\p{L}\p{M}\p{N}'’]/u.test(piece)) {
      // Arabic vowel marks and tatweel are optional in writing, so they are left out of the pattern.
      const word = piece.replace(/[\u064b-\u0652\u0640]/g, '');
      source += pending + [...word].map(letter).join('');
      pending = `${GAP}*`;
    } else {
      pending = /\s/.test(piece) || pending === `${GAP}+` ? `${GAP}+` : `${GAP}*`;
    }
  }
  return { pattern: new RegExp(`${source}${GAP}*$`, 'iu'), slots };
}

/** Letters and digits only, lower case: two sentences with one canonical form are the same sentence. */
export const canonical = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\p{M}\u0640]|[^\p{L}\p{N}]/gu, '')
    .replace(/[أإآ]/g, 'ا');
