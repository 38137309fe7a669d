/** Cuts a stream of Kafka's protocol into its frames: four bytes of length, then as many bytes. */
export class KafkaFrames {
  readonly #each: (frame: Buffer) => void;
  #held: Buffer = Buffer.alloc(0);

  constructor(each: (frame: Buffer) => void) {
    this.#each = each;
  }

  push(chunk: Buffer): void {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    while (this.#held.length >= 4) {
      const end = 4 + this.#held.readInt32BE(0);
      if (this.#held.length < end) return;
      const frame = this.#held.subarray(0, end);
      this.#held = this.#held.subarray(end);
      this.#each(frame);
    }
  }
}
