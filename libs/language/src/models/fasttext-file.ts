import { BinaryReader } from './binary-reader.ts';
import { HashIndex } from './hash-index.ts';

/** A matrix of which each row is named by a few bytes: row = its centroids one after the other, times its norm. */
export interface CompressedRows {
  codes: Uint8Array;
  centroids: Float32Array;
  /** Codes a row, and numbers a centroid. */
  parts: number;
  width: number;
  /** Norm of each row; absent = 1. */
  norms?: { codes: Uint8Array; values: Float32Array };
}

/** What of a fastText language model is needed to name a language. */
export interface FastTextFile {
  /** Length of a row. */
  dim: number;
  /** Letters of the shortest and the longest piece of a word that is looked at. */
  shortest: number;
  longest: number;
  buckets: number;
  /** By hash of the word and of a piece (modulo `buckets`). */
  rowOfWord: HashIndex;
  rowOfPiece: HashIndex;
  rows: CompressedRows;
  /** `en`, `zh`, …, most frequent first, and how frequent. */
  labels: string[];
  counts: number[];
  /** One row for each inner node of the tree over the labels. */
  output: Float32Array;
}

const MAGIC = 793_712_314;
const VERSION = 12;
const HIERARCHICAL_SOFTMAX = 1;
const PREFIX = '__label__';

/** Reads a compressed supervised model (`.ftz`). Throws an Error that says what is not as expected. */
export function readFastText(file: Buffer): FastTextFile {
  const reader = new BinaryReader(file);
  if (reader.int32() !== MAGIC || reader.int32() !== VERSION) {
    throw new Error(`The language model is not a fastText file of version ${VERSION}.`);
  }
  const dim = reader.int32();
  reader.skip(4 * 4);
  const wordNgrams = reader.int32();
  const loss = reader.int32();
  reader.skip(4);
  const [buckets, shortest, longest] = [reader.int32(), reader.int32(), reader.int32()];
  reader.skip(4 + 8);
  if (loss !== HIERARCHICAL_SOFTMAX || wordNgrams > 1) {
    throw new Error('The language model is expected to have a hierarchical softmax and no word pairs.');
  }
  const { words, labels, counts, rowOfWord, rowOfPiece } = readDictionary(reader);
  if (!reader.bool()) throw new Error('The language model is expected to be compressed (.ftz).');
  const rows = readCompressed(reader);
  if (rows.codes.length / rows.parts < words) throw new Error('The language model has fewer rows than words.');
  if (reader.bool()) throw new Error('The output of the language model is expected not to be compressed.');
  const output = reader.float32s(reader.int64() * reader.int64());
  return { dim, shortest, longest, buckets, rowOfWord, rowOfPiece, rows, labels, counts, output };
}

function readDictionary(reader: BinaryReader) {
  const size = reader.int32();
  const words = reader.int32();
  reader.skip(4 + 8);
  const pieces = reader.int64();
  if (pieces < 0) throw new Error('The language model is expected to have lost its rare pieces of words.');
  const rowOfWord = new HashIndex(words);
  const labels: string[] = [];
  const counts: number[] = [];
  for (let i = 0; i < size; i++) {
    const name = reader.cString();
    const count = reader.int64();
    if (reader.bool()) {
      labels.push(name.slice(PREFIX.length));
      counts.push(count);
    } else {
      const bytes = Buffer.from(name);
      rowOfWord.set(hashOf(bytes, 0, bytes.length), i);
    }
  }
  const rowOfPiece = new HashIndex(pieces);
  for (let i = 0; i < pieces; i++) rowOfPiece.set(reader.int32(), words + reader.int32());
  return { words, labels, counts, rowOfWord, rowOfPiece };
}

function readCompressed(reader: BinaryReader): CompressedRows {
  const hasNorms = reader.bool();
  reader.skip(16);
  const codes = reader.bytes(reader.int32());
  const { centroids, parts, width } = readCentroids(reader);
  if (!hasNorms) return { codes, centroids, parts, width };
  const normCodes = reader.bytes(codes.length / parts);
  return { codes, centroids, parts, width, norms: { codes: normCodes, values: readCentroids(reader).centroids } };
}

const CENTROIDS = 256;

function readCentroids(reader: BinaryReader): { centroids: Float32Array; parts: number; width: number } {
  const dim = reader.int32();
  const [parts, width, last] = [reader.int32(), reader.int32(), reader.int32()];
  if (last !== width) throw new Error('The language model is expected to have parts of one width.');
  return { centroids: reader.float32s(dim * CENTROIDS), parts, width };
}

export const HASH_START = 0x811c9dc5 | 0;

/** One more byte of FNV-1a; fastText extends the sign of bytes beyond ASCII. */
export const hashByte = (hash: number, byte: number): number => Math.imul(hash ^ ((byte << 24) >> 24), 0x01000193);

export function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = HASH_START;
  for (let i = from; i < to; i++) hash = hashByte(hash, bytes[i]!);
  return hash;
}
