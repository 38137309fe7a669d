/** Reads little-endian values one after the other. Throws RangeError past the end. */
export class BinaryReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  bool(): boolean {
    return this.#bytes.readUInt8(this.#at++) !== 0;
  }

  int32(): number {
    this.#at += 4;
    return this.#bytes.readInt32LE(this.#at - 4);
  }

  /** Must fit into a double, as counts and sizes do. */
  int64(): number {
    this.#at += 8;
    return Number(this.#bytes.readBigInt64LE(this.#at - 8));
  }

  skip(bytes: number): void {
    this.#at += bytes;
  }

  /** Up to the next zero byte, which is read too. */
  cString(): string {
    const end = this.#bytes.indexOf(0, this.#at);
    if (end < 0) throw new RangeError('A string without an end');
    const text = this.#bytes.toString('utf8', this.#at, end);
    this.#at = end + 1;
    return text;
  }

  /** A copy, so that the file itself can go. */
  bytes(length: number): Uint8Array {
    this.#at += length;
    if (this.#at > this.#bytes.length) throw new RangeError('Fewer bytes than announced');
    return Uint8Array.from(this.#bytes.subarray(this.#at - length, this.#at));
  }

  float32s(length: number): Float32Array {
    return new Float32Array(this.bytes(length * 4).buffer);
  }
}
