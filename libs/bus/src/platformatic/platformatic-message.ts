import { isUtf8 } from 'node:buffer';
import type { KafkaRecord, RecordsBatch } from '@platformatic/kafka';
import type { BusMessage } from '../port.ts';

const LOG_APPEND_TIME = 0b1000;
const CONTROL = 0b10_0000;

/** The messages of fetched batches from offset `from` on, and the offset to fetch next. */
export function messagesOf(
  topic: string,
  partition: number,
  batches: readonly RecordsBatch[],
  from: bigint,
): { messages: BusMessage[]; next: bigint } {
  const messages: BusMessage[] = [];
  let next = from;
  for (const batch of batches) {
    const end = batch.firstOffset + BigInt(batch.lastOffsetDelta) + 1n;
    if (end > next) next = end;
    if ((batch.attributes & CONTROL) !== 0) continue;
    for (const record of batch.records) {
      const offset = batch.firstOffset + BigInt(record.offsetDelta);
      if (offset >= from) messages.push({ topic, partition, offset, ...contentOf(batch, record) });
    }
  }
  return { messages, next };
}

/** A tombstone has no value: it becomes the empty string, which no codec accepts. */
function contentOf(batch: RecordsBatch, record: KafkaRecord): Omit<BusMessage, 'topic' | 'partition' | 'offset'> {
  const appended = (batch.attributes & LOG_APPEND_TIME) !== 0;
  const headers: Record<string, string> = {};
  for (const [name, value] of record.headers) {
    if (name !== null && value !== null) headers[name.toString('utf8')] = value.toString('utf8');
  }
  return {
    key: record.key?.toString('utf8') ?? '',
    value: record.value?.toString('utf8') ?? '',
    ...(record.value && !isUtf8(record.value) ? { bytes: record.value } : {}),
    headers,
    timestamp: Number(appended ? batch.maxTimestamp : batch.firstTimestamp + record.timestampDelta),
  };
}
