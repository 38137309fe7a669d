import type { Collection, Store } from '../port.ts';
import { type DeadLetterDoc, deadLetterId, type DeadLetterQuery, deadLetters } from './dead-letters.ts';

/** A dead letter as the bus knows it. */
export type StoredDeadLetter = Pick<
  DeadLetterDoc,
  'group' | 'topic' | 'partition' | 'key' | 'value' | 'timestamp' | 'reason' | 'at' | 'build' | 'origin'
> & { offset: bigint; bytes?: Uint8Array; headers: Readonly<Record<string, string>> };

/** Keeps dead letters in the document store. It has the shape of the bus's dead-letter box, which it does not import. */
export class StoreDeadLetterBox {
  readonly #letters: Collection<DeadLetterDoc, DeadLetterQuery>;

  constructor(store: Store) {
    this.#letters = store.collection(deadLetters);
  }

  /**
   * Idempotent by group and position: the same record delivered again changes nothing, whatever became of its letter. A replayed
   * record that failed again opens its letter again.
   */
  async keep(letter: StoredDeadLetter): Promise<void> {
    const doc = docOf(letter);
    for (;;) {
      if ((await this.#letters.insert(doc)) === 'inserted') return;
      const known = await this.#letters.get(doc._id);
      if (!known) continue;
      if (known.topic === doc.topic && known.partition === doc.partition && known.offset === doc.offset) return;
      const again = { ...doc, version: known.version, attempts: known.attempts + 1 };
      if ((await this.#letters.replace(again)) === 'replaced') return;
    }
  }
}

function docOf(letter: StoredDeadLetter): Omit<DeadLetterDoc, 'version'> {
  const { group, topic, partition, offset, key, value, bytes, headers, timestamp, reason, at, build, origin } = letter;
  return {
    _id: deadLetterId(group, origin),
    group,
    topic,
    partition,
    key,
    value,
    timestamp,
    reason,
    at,
    build,
    origin,
    offset: offset.toString(),
    ...(bytes === undefined ? {} : { base64: Buffer.from(bytes).toString('base64') }),
    bytes: bytes?.byteLength ?? Buffer.byteLength(value),
    headers: { ...headers },
    attempts: 1,
    state: 'open',
  };
}
