/** Sentences with their closing marks. "Rp 50.000" and "1.5" stay whole: a dot between digits ends nothing. */
export function splitSentences(text: string): string[] {
  return (text.match(/(?:[^.!?。！？؟\n]|(?<=\p{N})\.(?=\p{N})|\.(?=\p{L}))+[.!?。！？؟]*/gu) ?? [])
    .map((sentence) => sentence.trim())
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence));
}

const UNSPACED = /^(zh|ja|th|lo|km|my)\b/;

export const joinSentences = (sentences: readonly string[], lang: string): string =>
  sentences.join(UNSPACED.test(lang) ? '' : ' ');
