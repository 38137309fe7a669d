import { type Clock, crashPoint, HEADER } from '#libs/contracts';
import type { BusLogger } from '../logger.ts';
import type { BusMessage, BusObserver, BusRecord, DeadLetter, DeadLetterBox } from '../port.ts';
import { sizeOfRecord } from '../published-record.ts';
import { messageOfError } from './error-kind.ts';

export const DEAD_LETTER_RETENTION_MS = 30 * 86_400_000;

export const deadLetterTopic = (topic: string): string => `${topic}.dlq`;

export interface DeadLetterContext {
  group: string;
  build: string;
  clock: Clock;
  logger: BusLogger;
  publish(records: readonly BusRecord[]): Promise<void>;
  box: DeadLetterBox | undefined;
  observer: BusObserver;
}

/**
 * What the lanes do with bytes that are no message: topic first, box second, and only then does the record count as done. A crash in
 * between repeats both; the box then still holds one letter.
 */
export function deadLetterer(context: DeadLetterContext): (message: BusMessage, reason: string) => Promise<void> {
  const { group, build, clock, logger, observer } = context;
  return async (message, reason) => {
    const letter = letterOf(message, { group, reason, build, at: clock.now() });
    await context.publish([fitting(recordOfLetter(letter))]);
    crashPoint('bus.dead-letter');
    await context.box?.keep(letter);
    const { topic, partition, offset } = message;
    logger.error(
      { group, topic, partition, offset: String(offset), reason },
      'bus: a record could not be decoded; it is in the dead letters',
    );
    observer.deadLettered?.(topic, group);
  };
}

function letterOf(message: BusMessage, why: Pick<DeadLetter, 'group' | 'reason' | 'build' | 'at'>): DeadLetter {
  const { topic, partition, offset } = message;
  return { ...message, ...why, origin: message.headers[HEADER.replay] ?? `${topic}/${partition}/${offset}` };
}

/** The record that goes to `<topic>.dlq`: the original bytes and headers, with why and where from. */
function recordOfLetter(letter: DeadLetter): BusRecord {
  return {
    topic: deadLetterTopic(letter.topic),
    key: letter.key,
    value: letter.value,
    ...(letter.bytes === undefined ? {} : { bytes: letter.bytes }),
    headers: {
      ...letter.headers,
      'x-dlq-reason': letter.reason,
      'x-dlq-group': letter.group,
      'x-dlq-topic': letter.topic,
      'x-dlq-partition': String(letter.partition),
      'x-dlq-offset': letter.offset.toString(),
      'x-dlq-at': String(letter.at),
      'x-dlq-build': letter.build,
    },
  };
}

/** With our headers a record may outgrow what a topic takes; the box then has its bytes, and the topic that there was one. */
function fitting(record: BusRecord): BusRecord {
  try {
    sizeOfRecord(record);
    return record;
  } catch (error) {
    const { bytes: _, ...rest } = record;
    return { ...rest, value: '', headers: { ...record.headers, 'x-dlq-left-out': messageOfError(error) } };
  }
}
