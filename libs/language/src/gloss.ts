import type { AppliedTerm } from './translation.ts';
import type { Glossary } from './pack-shapes.ts';

export interface Gloss {
  text: string;
  /** Share of the letters (short function words aside) that were known terms. */
  coverage: number;
  terms: AppliedTerm[];
}

const ENOUGH = 0.5;

/**
 * Word by word from the glossary, so that an agent without any engine still sees what a message is about: "top up uang
 * elektronik error" → "充值 电子钱包 错误". Unknown words stay as they are. Undefined when too little is known.
 */
export function gloss(glossary: Glossary, text: string, src: string, tgt: string): Gloss | undefined {
  const pieces: string[] = [];
  const terms: AppliedTerm[] = [];
  let from = 0;
  let known = 0;
  let unknown = 0;
  for (const hit of glossary.find(text, src)) {
    const word = glossary.term(hit.concept, tgt);
    if (word === undefined) continue;
    unknown += contentLetters(text.slice(from, hit.start));
    known += letters(hit.matched);
    pieces.push(text.slice(from, hit.start).trim(), word);
    terms.push({ concept: hit.concept, src: hit.matched, tgt: word });
    from = hit.end;
  }
  unknown += contentLetters(text.slice(from));
  const coverage = known / Math.max(1, known + unknown);
  if (terms.length === 0 || coverage < ENOUGH) return undefined;
  pieces.push(text.slice(from).trim());
  return { text: pieces.filter(Boolean).join(' '), coverage, terms };
}

const letters = (text: string): number => text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;

/** Words of up to three Latin letters are mostly grammar. */
const contentLetters = (text: string): number => letters(text.replace(/(?<!\p{L})[A-Za-z]{1,3}(?!\p{L})/gu, ''));
