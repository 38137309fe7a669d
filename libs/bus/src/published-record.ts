import type { BusRecord } from './port.ts';

/** Largest value and largest headers together, in UTF-8 bytes: what Kafka's default `max.message.bytes` takes. */
export const MAX_RECORD_BYTES = 1_000_000;

/** No bus takes the record, today or later. */
export class RecordTooLargeError extends RangeError {
  override readonly name = 'RecordTooLargeError';
}

/** Bytes of a record as far as limits care. Throws when it is no record, so that one caller's mistake never holds up others. */
export function sizeOfRecord(record: BusRecord): number {
  refuseNoRecord(record);
  let bytes = (record.bytes?.byteLength ?? Buffer.byteLength(record.value)) + Buffer.byteLength(record.key);
  for (const [name, value] of Object.entries(record.headers ?? {})) bytes += name.length + Buffer.byteLength(value);
  if (bytes > MAX_RECORD_BYTES) {
    throw new RecordTooLargeError(
      `record of ${bytes} bytes for topic "${record.topic}" is over the limit of ${MAX_RECORD_BYTES}; put large content into the blob store and send a reference`,
    );
  }
  return bytes;
}

/** Throws like `sizeOfRecord`, for a record of text whose size itself is not asked for. */
export function checkRecord(record: BusRecord): void {
  refuseNoRecord(record);
  let units = record.value.length + record.key.length;
  for (const name in record.headers) units += name.length + record.headers[name]!.length;
  // A UTF-16 unit takes three bytes at most, so most records need no counting.
  if (units * 3 > MAX_RECORD_BYTES) sizeOfRecord(record);
}

function refuseNoRecord(record: BusRecord): void {
  if (typeof record.key !== 'string' || typeof record.value !== 'string' || typeof record.topic !== 'string') {
    throw new TypeError(`a bus record needs topic, key and value as strings (topic "${String(record.topic)}")`);
  }
}
