import type { BusRecord } from './port.ts';

/** Largest value and largest headers together, in UTF-8 bytes: what Kafka's default `max.message.bytes` takes. */
export const MAX_RECORD_BYTES = 1_000_000;

/** Bytes of a record as far as limits care. Throws when it is no record, so that one caller's mistake never holds up others. */
export function sizeOfRecord(record: BusRecord): number {
  if (typeof record.key !== 'string' || typeof record.value !== 'string' || typeof record.topic !== 'string') {
    throw new TypeError(`a bus record needs topic, key and value as strings (topic "${String(record.topic)}")`);
  }
  let bytes = (record.bytes?.byteLength ?? Buffer.byteLength(record.value)) + Buffer.byteLength(record.key);
  for (const [name, value] of Object.entries(record.headers ?? {})) bytes += name.length + Buffer.byteLength(value);
  if (bytes > MAX_RECORD_BYTES) {
    throw new RangeError(
      `record of ${bytes} bytes for topic "${record.topic}" is over the limit of ${MAX_RECORD_BYTES}; put large content into the blob store and send a reference`,
    );
  }
  return bytes;
}
