import { type LogEntry, logLevel } from 'kafkajs';
import type { BusLogger } from '../logger.ts';

/** Said at each producer start, and on purpose here: `SerialProducer` repeats the same records itself. */
const EXPECTED = 'Limiting retries for the idempotent producer';

/** kafkajs's log through ours: warnings and errors only, in kafkajs's own words. */
export function kafkaLog(logger: BusLogger): () => (entry: LogEntry) => void {
  return () =>
    ({ level, namespace, log }) => {
      if (level === logLevel.NOTHING || level > logLevel.WARN || log.message.startsWith(EXPECTED)) return;
      const { message, timestamp: _timestamp, logger: _logger, stack: _stack, ...fields } = log;
      logger.warn({ namespace, ...fields }, `kafkajs: ${message}`);
    };
}
