import type { BusMessage, BusRecord } from '../port.ts';

export const DEAD_LETTER_RETENTION_MS = 30 * 86_400_000;

export const deadLetterTopic = (topic: string): string => `${topic}.dlq`;

/** The record that goes to `<topic>.dlq`: the original value and headers, with why and where from. */
export function deadLetterOf(message: BusMessage, reason: string, at: number): BusRecord {
  return {
    topic: deadLetterTopic(message.topic),
    key: message.key,
    value: message.value,
    headers: {
      ...message.headers,
      'x-dlq-reason': reason,
      'x-dlq-topic': message.topic,
      'x-dlq-partition': String(message.partition),
      'x-dlq-offset': message.offset.toString(),
      'x-dlq-at': String(at),
    },
  };
}
