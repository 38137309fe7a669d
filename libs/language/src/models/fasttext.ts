import { type FastTextFile, HASH_START, hashByte, hashOf } from './fasttext-file.ts';
import { labelTree } from './label-tree.ts';

export interface LabelGuess {
  label: string;
  /** 0 to 1. */
  probability: number;
}

/** Longest text that is read, in UTF-8 bytes; the callers' samples are far shorter. */
const LONGEST = 1024;
const OPEN = 0x3c;
const CLOSE = 0x3e;
/** Keeps the logarithm of nothing finite; as fastText has it. */
const TINY = 1e-5;

/**
 * Names languages by a fastText model, in a few microseconds and flat arrays: about a third of the time and a tenth of the memory
 * of its WebAssembly build, with the same answers. The returned function gives the `k` best labels, best first.
 */
export function fastTextModel(file: FastTextFile): (text: string, k: number) => LabelGuess[] {
  const { dim, shortest, longest, buckets, rowOfWord, rowOfPiece, output, labels } = file;
  const { codes, centroids, parts, width, norms } = file.rows;
  const tree = labelTree(file.counts);
  const encoder = new TextEncoder();
  const bytes = new Uint8Array(LONGEST);
  /** A word with its brackets. */
  const word = new Uint8Array(LONGEST + 2);
  const sum = new Float64Array(dim);
  /** Every text counts as a line, whose end is a word too. */
  const endOfLine = rowOfWord.get(hashOf(encoder.encode('</s>'), 0, 4));

  function addRow(row: number): void {
    const norm = norms ? norms.values[norms.codes[row]!]! : 1;
    let at = 0;
    for (let part = 0; part < parts; part++) {
      const centroid = (part * 256 + codes[row * parts + part]!) * width;
      for (let i = 0; i < width; i++) sum[at++]! += norm * centroids[centroid + i]!;
    }
  }

  /** Adds the rows of a word and of its pieces; says how many there were. */
  function addWord(from: number, to: number): number {
    let rows = 0;
    let hash = HASH_START;
    word[0] = OPEN;
    let length = 1;
    for (let i = from; i < to; i++) {
      hash = hashByte(hash, bytes[i]!);
      word[length++] = bytes[i]!;
    }
    word[length++] = CLOSE;
    const known = rowOfWord.get(hash);
    if (known >= 0) {
      addRow(known);
      rows++;
    }
    for (let start = 0; start < length; start++) {
      if (isContinuation(word[start]!)) continue;
      let piece = HASH_START;
      for (let end = start, letters = 1; end < length && letters <= longest; letters++) {
        piece = hashByte(piece, word[end++]!);
        while (end < length && isContinuation(word[end]!)) piece = hashByte(piece, word[end++]!);
        if (letters < shortest || (letters === 1 && (start === 0 || end === length))) continue;
        const row = rowOfPiece.get((piece >>> 0) % buckets);
        if (row < 0) continue;
        addRow(row);
        rows++;
      }
    }
    return rows;
  }

  /** Leaves the mean of all rows in `sum`; false where nothing of the text is known. */
  function read(text: string): boolean {
    const { written } = encoder.encodeInto(text, bytes);
    sum.fill(0);
    let rows = 0;
    if (endOfLine >= 0) {
      addRow(endOfLine);
      rows++;
    }
    for (let i = 0; i < written;) {
      if (isBlank(bytes[i]!)) {
        i++;
        continue;
      }
      const from = i;
      while (i < written && !isBlank(bytes[i]!)) i++;
      rows += addWord(from, i);
    }
    for (let i = 0; i < dim; i++) sum[i]! /= rows;
    return rows > 0;
  }

  function descend(node: number, score: number, k: number, best: { leaf: number; score: number }[]): void {
    if (score < LEAST || (best.length === k && score < best[k - 1]!.score)) return;
    if (node < tree.leaves) {
      let at = best.length;
      while (at > 0 && best[at - 1]!.score < score) at--;
      best.splice(at, 0, { leaf: node, score });
      if (best.length > k) best.pop();
      return;
    }
    let dot = 0;
    for (let i = 0, at = (node - tree.leaves) * dim; i < dim; i++) dot += sum[i]! * output[at++]!;
    const right = 1 / (1 + Math.exp(-dot));
    descend(tree.left[node]!, score + Math.log(1 - right + TINY), k, best);
    descend(tree.right[node]!, score + Math.log(right + TINY), k, best);
  }

  return (text, k) => {
    if (!read(text)) return [];
    const best: { leaf: number; score: number }[] = [];
    descend(2 * tree.leaves - 2, 0, k, best);
    return best.map(({ leaf, score }) => ({ label: labels[leaf]!, probability: Math.exp(score) }));
  };
}

const LEAST = Math.log(TINY);

const isBlank = (byte: number): boolean => byte === 0x20 || byte === 0 || (byte >= 9 && byte <= 13);

/** Not the first byte of a letter in UTF-8. */
const isContinuation = (byte: number): boolean => (byte & 0xc0) === 0x80;
