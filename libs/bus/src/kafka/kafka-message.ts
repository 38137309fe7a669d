import { isUtf8 } from 'node:buffer';
import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { BusMessage } from '../port.ts';

/** A Kafka message in the bus's shape. A tombstone has no value: it becomes the empty string, which no codec accepts. */
export function messageOf(topic: string, partition: number, message: KafkaMessage): BusMessage {
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    key: message.key?.toString('utf8') ?? '',
    value: message.value?.toString('utf8') ?? '',
    ...(message.value && !isUtf8(message.value) ? { bytes: message.value } : {}),
    headers: headersOf(message.headers),
    timestamp: Number(message.timestamp),
  };
}

function headersOf(headers: IHeaders | undefined): Record<string, string> {
  const all: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers ?? {})) {
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last !== undefined) all[name] = last.toString();
  }
  return all;
}
