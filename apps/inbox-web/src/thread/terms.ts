export interface Term {
  concept: string;
  src: string;
  tgt: string;
}
export interface Piece {
  text: string;
  term?: Term;
}

/** Cuts a text at the glossary terms in it, longest first; `side` says which of a term's two words this text holds. */
export function cutAtTerms(text: string, terms: readonly Term[], side: 'src' | 'tgt'): Piece[] {
  const known = terms.filter((term) => term[side] !== '').toSorted((a, b) => b[side].length - a[side].length);
  if (known.length === 0) return [{ text }];
  const lower = text.toLowerCase();
  const hits: { start: number; end: number; term: Term }[] = [];
  for (const term of known) {
    const word = term[side].toLowerCase();
    for (let at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + word.length)) {
      const end = at + word.length;
      if (!hits.some((hit) => at < hit.end && end > hit.start)) hits.push({ start: at, end, term });
    }
  }
  hits.sort((a, b) => a.start - b.start);
  const pieces: Piece[] = [];
  let from = 0;
  for (const hit of hits) {
    if (hit.start > from) pieces.push({ text: text.slice(from, hit.start) });
    pieces.push({ text: text.slice(hit.start, hit.end), term: hit.term });
    from = hit.end;
  }
  if (from < text.length) pieces.push({ text: text.slice(from) });
  return pieces;
}
